-- Takes away what install.sql made; the same sed line, the same rights.

DROP TRIGGER IF EXISTS `@DATABASE@`.pubguard_posts_insert;
DROP TRIGGER IF EXISTS `@DATABASE@`.pubguard_posts_update;
DROP TRIGGER IF EXISTS `@DATABASE@`.pubguard_meta_insert;
DROP TRIGGER IF EXISTS `@DATABASE@`.pubguard_meta_update;
DROP DATABASE IF EXISTS `@PERMITS@`;
DROP USER IF EXISTS '@WRITER@'@'@HOST@';
-- Other sites on this server may use this account too: DROP USER 'pubguard_trigger'@'localhost';
REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'pubguard_trigger'@'localhost';
