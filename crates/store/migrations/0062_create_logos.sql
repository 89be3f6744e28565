-- The picture at the head of documents; the settings say which, by its digest.
CREATE TABLE IF NOT EXISTS logos (
    sha256 VARCHAR(64) NOT NULL PRIMARY KEY,
    file MEDIUMBLOB NOT NULL
){wide}
