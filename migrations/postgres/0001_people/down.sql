DROP TABLE bank_accounts;
DROP TABLE sign_in_attempts;
DROP TABLE refresh_tokens;
DROP TABLE sessions;
DROP TABLE activations;
DROP TABLE users;
DROP FUNCTION refuse_change();
