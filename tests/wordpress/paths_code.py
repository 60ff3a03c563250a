"""Ways in without a person: cron, the code of other plugins, SQL."""

from __future__ import annotations

from tests.wordpress.listing import path
from tests.wordpress.trying import Reply, Try


def due(t: Try) -> int:
    """A scheduled item whose time has come, with its entry in WordPress's list of tasks."""
    item = t.prepare(post_status="future", post_date_gmt=t.iso(days=2))
    past = t.iso(minutes=-1)
    t.unguarded(
        f"$own = get_date_from_gmt('{past}');"
        f"$wpdb->update($wpdb->posts, ['post_date' => $own, 'post_date_gmt' => '{past}'],"
        f" ['ID' => {item}]); clean_post_cache({item});"
        f"wp_clear_scheduled_hook('publish_future_post', [{item}]);"
        f"wp_schedule_single_event(time() - 60, 'publish_future_post', [{item}]);"
    )
    return item


@path(speaks=False)
def cron_future(t: Try) -> Reply:
    due(t)
    return t.cron()


@path(speaks=False)
def code_wp_publish_post(t: Try) -> Reply:
    return t.code(f"wp_publish_post({t.prepare()});")


@path(speaks=False)
def code_missed_schedule_plugin(t: Try) -> Reply:
    due(t)
    return t.code(
        "$ids = $wpdb->get_col(\"SELECT ID FROM $wpdb->posts WHERE post_status = 'future'"
        " AND post_date_gmt <= '\" . gmdate('Y-m-d H:i:s') . \"'\");"
        "foreach ($ids as $id) { wp_publish_post((int) $id); }"
    )


def _array(t: Try) -> str:
    meta = f"'meta_input' => ['_pubguard_release' => '{t.release}']"
    return f"'post_title' => '{t.title}', 'post_content' => '{t.content}', {meta}"


@path(speaks=False)
def code_wp_insert_post(t: Try) -> Reply:
    return t.code(f"return wp_insert_post(['post_status' => 'publish', {_array(t)}]);")


@path(speaks=False)
def code_wp_update_post(t: Try) -> Reply:
    return t.code(f"return wp_update_post(['ID' => {t.prepare()}, 'post_status' => 'publish']);")


@path(speaks=False)
def code_wpdb_update(t: Try) -> Reply:
    item = t.prepare()
    return t.code(
        f"return $wpdb->update($wpdb->posts, ['post_status' => 'publish'], ['ID' => {item}]);"
    )


@path("client", speaks=False)
def code_wpdb_content(t: Try) -> Reply:
    item = t.live()
    return t.code(
        f"return $wpdb->update($wpdb->posts, ['post_content' => '{t.content}'], ['ID' => {item}]);"
    )


@path(speaks=False)
def code_set_post_type(t: Try) -> Reply:
    return t.code(
        "$own = ['post_type' => 'internal', 'post_status' => 'publish'];"
        f"$id = wp_insert_post(array_merge($own, [{_array(t)}]));"
        "set_post_type($id, 'post'); clean_post_cache($id); return $id;"
    )


@path(speaks=False)
def code_import_wxr_like(t: Try) -> Reply:
    past = t.iso(days=-3)
    return t.code(
        f"return wp_insert_post(['import_id' => 900001, 'post_status' => 'publish', {_array(t)},"
        f" 'post_date_gmt' => '{past}', 'post_name' => 'imported']);"
    )


@path("client", speaks=False)
def code_meta_on_live(t: Try) -> Reply:
    return t.code(f"return update_post_meta({t.live()}, 'headline', '{t.title}');")


@path(speaks=False, means="trigger")
def sql_raw_update(t: Try) -> Reply:
    site = t.site
    text = f"UPDATE wp_posts SET post_status = 'publish' WHERE ID = {t.prepare()}"
    done = site.database.run(text, site.name, user=site.name, password="of this site")
    return Reply(0 if done.returncode else 200, done.stderr)
