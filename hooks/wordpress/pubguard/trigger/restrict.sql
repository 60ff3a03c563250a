-- Takes from WordPress's own user the rights by which it could remove the triggers. Before an
-- update of WordPress or a plugin that changes tables: relax.sql, and this again after it.
--
--   sed -e 's/@DATABASE@/wordpress/g; s/@USER@/wordpress/g; s/@HOST@/localhost/g' restrict.sql | mariadb

REVOKE TRIGGER, ALTER, DROP ON `@DATABASE@`.* FROM '@USER@'@'@HOST@';
