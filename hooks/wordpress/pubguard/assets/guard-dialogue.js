/**
 * What both modals share. They have a root of their own, so that every screen that has
 * `wp.apiFetch` can show them, with or without an editor.
 */
( function ( wp, pubguard ) {
	'use strict';

	var el = wp.element.createElement;
	var BUTTONS =
		'.editor-post-publish-panel__toggle, .editor-post-publish-button__button, .editor-post-publish-button';
	var root = null;

	/** Shows an element; null takes it away. React 17, in 6.1, has no createRoot. */
	function show( element ) {
		if ( ! root ) {
			var node = document.body.appendChild( document.createElement( 'div' ) );
			node.id = 'pubguard-dialogue-root';
			root = wp.element.createRoot
				? wp.element.createRoot( node )
				: {
						render: function ( what ) {
							wp.element.render( what, node );
						},
				  };
		}
		root.render( element );
	}

	function isShown( node ) {
		return node && node.isConnected && node.offsetParent && node !== document.body;
	}

	/** What opened a modal may be gone when it closes; the keyboard must not be lost then. */
	function focusBack( before ) {
		window.setTimeout( function () {
			if ( isShown( document.activeElement ) ) {
				return;
			}
			var to = isShown( before ) ? before : document.querySelector( BUTTONS );
			if ( to ) {
				to.focus();
			}
		}, 100 );
	}

	/** Opens what `build(close)` makes. */
	function open( build ) {
		var before = document.activeElement;
		show(
			build( function () {
				show( null );
				focusBack( before );
			} )
		);
	}

	/** One line as a paragraph, more as a list. */
	function lines( all ) {
		if ( 1 === all.length ) {
			return el( 'p', null, all[ 0 ] );
		}
		return el(
			'ul',
			null,
			all.map( function ( line, at ) {
				return el( 'li', { key: at }, line );
			} )
		);
	}

	/** Rows of [term, words]; those without words are left out. */
	function facts( rows ) {
		var known = rows.filter( function ( row ) {
			return row[ 1 ];
		} );
		return el(
			'dl',
			{ className: 'pubguard-facts' },
			known.map( function ( row ) {
				return el( 'div', { key: row[ 0 ] }, el( 'dt', null, row[ 0 ] ), el( 'dd', null, row[ 1 ] ) );
			} )
		);
	}

	pubguard.dialogue = { open: open, lines: lines, facts: facts, focusBack: focusBack };
} )( window.wp, window.pubguard );
