-- Gives WordPress's own user the rights back that restrict.sql took; the same sed line.

GRANT TRIGGER, ALTER, DROP ON `@DATABASE@`.* TO '@USER@'@'@HOST@';
