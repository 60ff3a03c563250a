/**
 * The panel "Release guard" in the block editor's sidebar, and the same facts before publishing.
 */
( function ( wp, pubguard ) {
	'use strict';

	var el = wp.element.createElement;
	var words = pubguard.words;
	var MARKS = [ 300, 60, 0 ];
	// 6.6 moved them; the old place warns in the console from then on.
	var home = wp.editor && wp.editor.PluginDocumentSettingPanel ? wp.editor : wp.editPost;

	function useTick() {
		var state = wp.element.useState( 0 );
		wp.element.useEffect( function () {
			var timer = window.setInterval( function () {
				state[ 1 ]( function ( count ) {
					return count + 1;
				} );
			}, 1000 );
			return function () {
				window.clearInterval( timer );
			};
		}, [] );
	}

	/** Said aloud at five minutes, one minute and the slot: a count every second would talk over everything. */
	function useSpoken( left ) {
		var before = wp.element.useRef( left );
		wp.element.useEffect( function () {
			MARKS.forEach( function ( mark ) {
				if ( before.current > mark && left <= mark ) {
					wp.a11y.speak( mark ? 'Opens in ' + words.gap( mark * 1000 ) : 'The announced time has come.' );
				}
			} );
			before.current = left;
		} );
	}

	function Countdown( props ) {
		useTick();
		var left = Math.ceil( ( new Date( props.slot ).getTime() - words.now() ) / 1000 );
		useSpoken( left );
		return left > 0
			? el( 'p', { className: 'pubguard-countdown', role: 'timer' }, 'Opens in ', el( 'strong', null, words.gap( left * 1000 ) ) )
			: null;
	}

	function Slot( props ) {
		var release = props.release;
		if ( ! release ) {
			return el( 'p', { className: 'pubguard-warning' }, words.standing( null ).why );
		}
		if ( 'unknown' === release.state ) {
			return el( 'p', null, 'This site does not know the date of ' + release.id + ' yet. The guard is asked when you publish.' );
		}
		return el(
			wp.element.Fragment,
			null,
			release.slot
				? el( 'p', { className: 'pubguard-slot' }, el( 'span', null, 'Announced for' ), ' ', el( 'strong', null, words.long( release.slot ) ), ' (London time)' )
				: null,
			el( 'p', { className: 'pubguard-standing' }, words.standing( release ).why ),
			release.slot ? el( Countdown, { slot: release.slot } ) : null
		);
	}

	function useItem() {
		return wp.data.useSelect( function ( select ) {
			var editor = select( 'core/editor' );
			return {
				post: editor.getCurrentPostId(),
				dirty: editor.isEditedPostDirty(),
				meta: editor.getEditedPostAttribute( 'meta' ),
				saving: editor.isSavingPost() && ! editor.isAutosavingPost(),
			};
		}, [] );
	}

	/** What is armed may change with every save. */
	function useReload( item ) {
		var was = wp.element.useRef( false );
		wp.element.useEffect(
			function () {
				if ( was.current && ! item.saving ) {
					pubguard.releases.load( item.post );
				}
				was.current = item.saving;
			},
			[ item.saving ]
		);
	}

	function Inner( props ) {
		var item = useItem();
		var known = props.known;
		var chosen = pubguard.linked();
		var release = pubguard.releases.find( chosen );
		return el(
			wp.element.Fragment,
			null,
			known.failed ? el( 'p', { className: 'pubguard-warning' }, known.failed ) : null,
			props.choose && known.item.structural
				? el( 'p', null, 'This is a part of the whole site. It goes out with the release for site changes: ' + ( release ? release.title : 'none is set' ) + '.' )
				: null,
			props.choose && ! known.item.structural ? el( pubguard.Chooser, { releases: known.releases, chosen: chosen } ) : null,
			el( Slot, { release: release } ),
			release && props.choose
				? el( pubguard.Approval, { item: known.item, release: release, post: item.post, dirty: item.dirty } )
				: null
		);
	}

	function Panel() {
		var known = pubguard.releases.useKnown();
		var item = useItem();
		useReload( item );
		wp.element.useEffect(
			function () {
				if ( item.post ) {
					pubguard.releases.load( item.post );
				}
			},
			[ item.post ]
		);
		if ( ! known.item || ! known.item.guarded ) {
			return known.failed && ! known.item
				? el( home.PluginDocumentSettingPanel, { name: 'pubguard', title: 'Release guard' }, el( 'p', null, known.failed ) )
				: null;
		}
		return el(
			wp.element.Fragment,
			null,
			el(
				home.PluginDocumentSettingPanel,
				{ name: 'pubguard', title: 'Release guard', className: 'pubguard-panel' },
				el( Inner, { known: known, choose: true } )
			),
			el(
				home.PluginPrePublishPanel,
				{ title: 'Release guard', initialOpen: true, className: 'pubguard-panel pubguard-before' },
				el( Inner, { known: known, choose: false } )
			)
		);
	}

	wp.plugins.registerPlugin( 'pubguard', { render: Panel, icon: null } );
} )( window.wp, window.pubguard );
