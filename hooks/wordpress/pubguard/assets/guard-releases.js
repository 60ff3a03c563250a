/**
 * What is known of the calendar and of the item in the editor, from our own REST route.
 */
( function ( wp, pubguard ) {
	'use strict';

	var listeners = [];
	var known = { releases: [], item: null, loaded: false, failed: '' };

	function tell() {
		listeners.forEach( function ( listener ) {
			listener( known );
		} );
	}

	function ask( request ) {
		return wp
			.apiFetch( Object.assign( { pubguardQuiet: true }, request ) )
			.then( function ( answer ) {
				pubguard.words.setNow( answer.now );
				known = { releases: answer.releases, item: answer.item, loaded: true, failed: '' };
			} )
			.catch( function () {
				// What is known stays; only the first load leaves nothing to show.
				known = Object.assign( {}, known, {
					loaded: true,
					failed: 'The release calendar could not be read from this site. Reload the page to try again.',
				} );
			} )
			.then( function () {
				tell();
				return known;
			} );
	}

	/** Reads it again; a promise of what is known then. */
	function load( post ) {
		return ask( { path: '/pubguard/v1/releases' + ( post ? '?post=' + Number( post ) : '' ) } );
	}

	/** Links an item by our own route; a promise of what is known then. */
	function choose( post, release ) {
		return ask( { path: '/pubguard/v1/releases', method: 'POST', data: { post: post, release: release } } );
	}

	function find( id ) {
		return (
			known.releases.filter( function ( release ) {
				return release.id === id;
			} )[ 0 ] || ( id ? { id: id, title: id, slot: null, state: 'unknown', held: false } : null )
		);
	}

	/** For components: what is known, drawn again when it changes. */
	function useKnown() {
		var state = wp.element.useState( known );
		wp.element.useEffect( function () {
			listeners.push( state[ 1 ] );
			state[ 1 ]( known );
			return function () {
				listeners = listeners.filter( function ( listener ) {
					return listener !== state[ 1 ];
				} );
			};
		}, [] );
		return state[ 0 ];
	}

	pubguard.releases = {
		load: load,
		choose: choose,
		find: find,
		useKnown: useKnown,
		known: function () {
			return known;
		},
	};
} )( window.wp, window.pubguard );
