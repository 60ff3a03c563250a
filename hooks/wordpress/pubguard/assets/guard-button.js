/**
 * The publish button tells the truth before the click. Its words are the editor's own, so they are
 * changed where they stand on the page: no version offers another way.
 */
( function ( wp, pubguard ) {
	'use strict';

	var BUTTONS = '.editor-post-publish-panel__toggle, .editor-post-publish-button';
	/** There is no room for a word more. */
	var PHONE = '(max-width: 600px)';
	var __ = wp.i18n.__;
	var planned = 0;

	function editor() {
		return wp.data.select( 'core/editor' );
	}

	/** The release that counts here: as edited, not only as stored. */
	pubguard.linked = function () {
		var item = pubguard.releases.known().item || {};
		if ( item.structural ) {
			return item.release || '';
		}
		var meta = editor().getEditedPostAttribute( 'meta' );
		return meta && '_pubguard_release' in meta ? meta._pubguard_release || '' : item.release || '';
	};

	/** What is to stand behind the button's own words; '' for nothing. */
	function addition( own ) {
		var known = pubguard.releases.known();
		if ( ! known.loaded || ! known.item || ! known.item.guarded ) {
			return '';
		}
		var release = pubguard.releases.find( pubguard.linked() );
		var standing = pubguard.words.standing( release );
		if ( [ __( 'Publish' ), __( 'Publish…' ) ].indexOf( own ) >= 0 ) {
			return window.matchMedia( PHONE ).matches ? standing.button.replace( /^opens /, '' ) : standing.button;
		}
		if ( [ __( 'Schedule' ), __( 'Schedule…' ) ].indexOf( own ) >= 0 && release && release.slot ) {
			var date = editor().getEditedPostAttribute( 'date' );
			var at = wp.date.getDate( date ).getTime();
			return at === new Date( release.slot ).getTime()
				? pubguard.words.short( release.slot )
				: 'not the announced time';
		}
		return '';
	}

	function wordsOf( button ) {
		var walker = document.createTreeWalker( button, window.NodeFilter.SHOW_TEXT );
		return walker.nextNode();
	}

	function paint( button ) {
		var node = wordsOf( button );
		if ( ! node ) {
			return;
		}
		// What is there is the editor's own unless it is what we wrote last.
		if ( node.nodeValue !== node.pubguardShown ) {
			node.pubguardOwn = node.nodeValue;
		}
		var more = addition( node.pubguardOwn );
		var shown = more ? node.pubguardOwn + ' (' + more + ')' : node.pubguardOwn;
		if ( node.nodeValue !== shown ) {
			node.nodeValue = shown;
		}
		node.pubguardShown = shown;
		button.classList.toggle( 'pubguard-told', Boolean( more ) );
	}

	function paintAll() {
		planned = 0;
		document.querySelectorAll( BUTTONS ).forEach( paint );
	}

	function plan() {
		planned = planned || window.requestAnimationFrame( paintAll );
	}

	wp.domReady( function () {
		new window.MutationObserver( plan ).observe( document.body, {
			childList: true,
			subtree: true,
			characterData: true,
		} );
		wp.data.subscribe( plan );
		window.setInterval( plan, 1000 );
	} );
} )( window.wp, window.pubguard );
