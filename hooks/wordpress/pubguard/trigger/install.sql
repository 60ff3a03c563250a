-- The database itself asks for a permit before readers see anything, whoever writes: for MariaDB
-- from 10.4 and MySQL from 8.0. Run as an administrator of the database:
--
--   sed -e 's/@DATABASE@/wordpress/g; s/@PREFIX@/wp_/g; s/@PERMITS@/pubguard_permits/g' \
--       -e 's/@WRITER@/pubguard/g; s/@HOST@/localhost/g; s/@PASSWORD@/a new one/g' install.sql | mariadb
--
-- Then, in wp-config.php: PUBGUARD_DB_USER, PUBGUARD_DB_PASSWORD and PUBGUARD_DB_NAME (the schema
-- of the permits). The user of WordPress itself needs no right in that schema, and must not have
-- one; restrict.sql takes from it the rights by which it could remove the triggers.
--
-- Running it again brings everything to this version. Before a backup is put back: remove.sql.

CREATE DATABASE IF NOT EXISTS `@PERMITS@` CHARACTER SET utf8mb4;

CREATE TABLE IF NOT EXISTS `@PERMITS@`.permits (
    id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind varchar(8) CHARACTER SET ascii NOT NULL COMMENT 'post or meta',
    post_id bigint unsigned NOT NULL COMMENT '0: a post that has no number yet',
    digest char(64) CHARACTER SET ascii NOT NULL COMMENT 'SHA-256 of what will be stored',
    until_at datetime(6) NOT NULL COMMENT 'UTC, ten seconds after it was written',
    KEY permit (kind, post_id, digest),
    KEY until_at (until_at)
) ENGINE=InnoDB;

-- Statuses that readers see, and types that hold nothing for them. Change them with the settings
-- of the site: a status that is registered as public belongs here.
CREATE TABLE IF NOT EXISTS `@PERMITS@`.public_statuses (status varchar(20) CHARACTER SET utf8mb4 NOT NULL PRIMARY KEY) ENGINE=InnoDB;
INSERT IGNORE INTO `@PERMITS@`.public_statuses VALUES ('publish');
CREATE TABLE IF NOT EXISTS `@PERMITS@`.free_types (type varchar(20) CHARACTER SET utf8mb4 NOT NULL PRIMARY KEY) ENGINE=InnoDB;
INSERT IGNORE INTO `@PERMITS@`.free_types VALUES
    ('revision'), ('oembed_cache'), ('customize_changeset'), ('user_request'), ('wp_font_family'), ('wp_font_face');
-- Custom fields that readers see although their names begin with an underscore, and others that
-- they do not see.
CREATE TABLE IF NOT EXISTS `@PERMITS@`.fields (
    field varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
    seen tinyint NOT NULL
) ENGINE=InnoDB;
INSERT IGNORE INTO `@PERMITS@`.fields VALUES ('_thumbnail_id', 1);

-- Nobody can log in as the account that the triggers run as.
CREATE USER IF NOT EXISTS 'pubguard_trigger'@'localhost' ACCOUNT LOCK;
GRANT SELECT ON `@PERMITS@`.* TO 'pubguard_trigger'@'localhost';
GRANT EXECUTE ON `@PERMITS@`.* TO 'pubguard_trigger'@'localhost';
GRANT SELECT, TRIGGER ON `@DATABASE@`.`@PREFIX@posts` TO 'pubguard_trigger'@'localhost';
GRANT SELECT, TRIGGER ON `@DATABASE@`.`@PREFIX@postmeta` TO 'pubguard_trigger'@'localhost';

CREATE USER IF NOT EXISTS '@WRITER@'@'@HOST@' IDENTIFIED BY '@PASSWORD@';
GRANT SELECT, INSERT, DELETE ON `@PERMITS@`.permits TO '@WRITER@'@'@HOST@';
GRANT SELECT ON `@PERMITS@`.public_statuses TO '@WRITER@'@'@HOST@';

DELIMITER //

DROP FUNCTION IF EXISTS `@PERMITS@`.installed//
CREATE DEFINER = 'pubguard_trigger'@'localhost' FUNCTION `@PERMITS@`.installed() RETURNS int
    READS SQL DATA SQL SECURITY DEFINER
BEGIN
    RETURN (SELECT COUNT(*) FROM information_schema.TRIGGERS
        WHERE EVENT_OBJECT_SCHEMA = '@DATABASE@' AND ACTION_TIMING = 'BEFORE'
        AND TRIGGER_NAME LIKE 'pubguard\_%'
        AND EVENT_OBJECT_TABLE IN ('@PREFIX@posts', '@PREFIX@postmeta'));
END//

DROP FUNCTION IF EXISTS `@PERMITS@`.is_public//
CREATE DEFINER = 'pubguard_trigger'@'localhost' FUNCTION `@PERMITS@`.is_public(
    of_status varchar(20) CHARACTER SET utf8mb4, of_type varchar(20) CHARACTER SET utf8mb4
) RETURNS int READS SQL DATA SQL SECURITY DEFINER
BEGIN
    RETURN EXISTS (SELECT 1 FROM `@PERMITS@`.public_statuses WHERE status = of_status)
        AND NOT EXISTS (SELECT 1 FROM `@PERMITS@`.free_types WHERE type = of_type);
END//

DROP FUNCTION IF EXISTS `@PERMITS@`.is_permitted//
CREATE DEFINER = 'pubguard_trigger'@'localhost' FUNCTION `@PERMITS@`.is_permitted(
    of_kind varchar(8) CHARACTER SET ascii, of_post bigint unsigned, content longtext CHARACTER SET utf8mb4
) RETURNS int READS SQL DATA SQL SECURITY DEFINER
BEGIN
    RETURN EXISTS (SELECT 1 FROM `@PERMITS@`.permits
        WHERE kind = of_kind AND post_id = of_post AND digest = SHA2(content, 256)
        AND until_at >= UTC_TIMESTAMP(6));
END//

DROP FUNCTION IF EXISTS `@PERMITS@`.is_seen//
CREATE DEFINER = 'pubguard_trigger'@'localhost' FUNCTION `@PERMITS@`.is_seen(
    of_field varchar(255) CHARACTER SET utf8mb4
) RETURNS int READS SQL DATA SQL SECURITY DEFINER
BEGIN
    DECLARE said int DEFAULT NULL;
    SET said = (SELECT seen FROM `@PERMITS@`.fields WHERE field = of_field COLLATE utf8mb4_bin);
    RETURN COALESCE(said, of_field <> '' AND LEFT(of_field, 1) <> '_');
END//

DROP TRIGGER IF EXISTS `@DATABASE@`.pubguard_posts_insert//
CREATE DEFINER = 'pubguard_trigger'@'localhost' TRIGGER `@DATABASE@`.pubguard_posts_insert
    BEFORE INSERT ON `@DATABASE@`.`@PREFIX@posts` FOR EACH ROW
BEGIN
    IF `@PERMITS@`.is_public(NEW.post_status, NEW.post_type)
        AND NOT `@PERMITS@`.is_permitted('post', NEW.ID, CONCAT_WS(CHAR(0 USING utf8mb4), NEW.post_status,
            NEW.post_type, NEW.post_password, NEW.post_title, NEW.post_excerpt, NEW.post_content)) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT =
            'pubguard: readers would see this, and nothing permits it, so the database refused it. Publish it in WordPress.';
    END IF;
END//

DROP TRIGGER IF EXISTS `@DATABASE@`.pubguard_posts_update//
CREATE DEFINER = 'pubguard_trigger'@'localhost' TRIGGER `@DATABASE@`.pubguard_posts_update
    BEFORE UPDATE ON `@DATABASE@`.`@PREFIX@posts` FOR EACH ROW
BEGIN
    IF `@PERMITS@`.is_public(NEW.post_status, NEW.post_type)
        AND NOT (BINARY OLD.post_status = BINARY NEW.post_status AND BINARY OLD.post_type = BINARY NEW.post_type
            AND OLD.ID = NEW.ID AND BINARY OLD.post_password = BINARY NEW.post_password
            AND BINARY OLD.post_title = BINARY NEW.post_title AND BINARY OLD.post_excerpt = BINARY NEW.post_excerpt
            AND BINARY OLD.post_content = BINARY NEW.post_content)
        AND NOT `@PERMITS@`.is_permitted('post', NEW.ID, CONCAT_WS(CHAR(0 USING utf8mb4), NEW.post_status,
            NEW.post_type, NEW.post_password, NEW.post_title, NEW.post_excerpt, NEW.post_content)) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT =
            'pubguard: readers would see this, and nothing permits it, so the database refused it. Publish it in WordPress.';
    END IF;
END//

DROP TRIGGER IF EXISTS `@DATABASE@`.pubguard_meta_insert//
CREATE DEFINER = 'pubguard_trigger'@'localhost' TRIGGER `@DATABASE@`.pubguard_meta_insert
    BEFORE INSERT ON `@DATABASE@`.`@PREFIX@postmeta` FOR EACH ROW
BEGIN
    IF `@PERMITS@`.is_seen(COALESCE(NEW.meta_key, ''))
        AND EXISTS (SELECT 1 FROM `@DATABASE@`.`@PREFIX@posts` p WHERE p.ID = NEW.post_id
            AND `@PERMITS@`.is_public(p.post_status, p.post_type))
        AND NOT `@PERMITS@`.is_permitted('meta', NEW.post_id, CONCAT(NEW.meta_key, CHAR(0 USING utf8mb4),
            COALESCE(NEW.meta_value, ''))) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT =
            'pubguard: this field belongs to a public page, and nothing permits the change. Change it in WordPress.';
    END IF;
END//

DROP TRIGGER IF EXISTS `@DATABASE@`.pubguard_meta_update//
CREATE DEFINER = 'pubguard_trigger'@'localhost' TRIGGER `@DATABASE@`.pubguard_meta_update
    BEFORE UPDATE ON `@DATABASE@`.`@PREFIX@postmeta` FOR EACH ROW
BEGIN
    IF `@PERMITS@`.is_seen(COALESCE(NEW.meta_key, ''))
        AND NOT (OLD.post_id = NEW.post_id AND BINARY OLD.meta_key <=> BINARY NEW.meta_key
            AND BINARY OLD.meta_value <=> BINARY NEW.meta_value)
        AND EXISTS (SELECT 1 FROM `@DATABASE@`.`@PREFIX@posts` p WHERE p.ID = NEW.post_id
            AND `@PERMITS@`.is_public(p.post_status, p.post_type))
        AND NOT `@PERMITS@`.is_permitted('meta', NEW.post_id, CONCAT(NEW.meta_key, CHAR(0 USING utf8mb4),
            COALESCE(NEW.meta_value, ''))) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT =
            'pubguard: this field belongs to a public page, and nothing permits the change. Change it in WordPress.';
    END IF;
END//

DELIMITER ;

GRANT EXECUTE ON FUNCTION `@PERMITS@`.installed TO '@WRITER@'@'@HOST@';
