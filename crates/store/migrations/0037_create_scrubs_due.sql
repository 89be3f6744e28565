-- One row from an erasure until the database's files were written anew without what was erased (Db::scrub).
CREATE TABLE IF NOT EXISTS scrubs_due (
    name VARCHAR(32) NOT NULL PRIMARY KEY
){narrow}
