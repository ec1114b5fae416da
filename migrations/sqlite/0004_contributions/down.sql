DROP TABLE commissions;
DROP TABLE markings;
DROP TABLE contributions;
