DROP TABLE savings_accounts;
