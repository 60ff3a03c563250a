/**
 * Stands before every `wp.apiFetch`: asks for the typed answer where the server wants one and
 * sends the request again with it, and tells what was refused.
 */
( function ( wp, pubguard ) {
	'use strict';

	/** What happens at a refusal, and at a confirmation that was cancelled, where no editor is. */
	var refused = function ( answer ) {
		if ( 'pubguard_confirm' !== answer.code ) {
			pubguard.tell( pubguard.told( answer, '' ) );
		}
	};

	/** The answer that an error carries: an object, or a Response when the caller asked for one. */
	function read( error ) {
		if ( error && 'function' === typeof error.clone && 'function' === typeof error.json ) {
			return error
				.clone()
				.json()
				.catch( function () {
					return {};
				} );
		}
		return Promise.resolve( error || {} );
	}

	function isOurs( answer ) {
		return answer && 'string' === typeof answer.code && 0 === answer.code.indexOf( 'pubguard' );
	}

	/** Base64url of UTF-8, as a header can carry it. */
	function encoded( typed ) {
		var bytes = new TextEncoder().encode( typed );
		var binary = Array.from( bytes, function ( byte ) {
			return String.fromCharCode( byte );
		} ).join( '' );
		return window.btoa( binary ).replace( /\+/g, '-' ).replace( /\//g, '_' ).replace( /=+$/, '' );
	}

	function confirmed( options, next, error, answer ) {
		return pubguard.ask( pubguard.asked( answer ) ).then( function ( typed ) {
			if ( null === typed ) {
				refused( answer, options );
				throw error;
			}
			var headers = Object.assign( {}, options.headers, {
				'X-Pubguard-Confirm': answer.data.challenge + ' ' + encoded( typed ),
			} );
			return guarded( Object.assign( {}, options, { headers: headers } ), next );
		} );
	}

	function guarded( options, next ) {
		return next( options ).catch( function ( error ) {
			return read( error ).then( function ( answer ) {
				if ( ! isOurs( answer ) || options.pubguardQuiet ) {
					throw error;
				}
				var data = answer.data || {};
				if ( 'pubguard_confirm' === answer.code && data.challenge && data.type_this ) {
					return confirmed( options, next, error, answer );
				}
				refused( answer, options );
				throw error;
			} );
		} );
	}

	/** What an editor does at a refusal, instead of the modal alone: a function of (answer, request). */
	pubguard.onRefused = function ( listener ) {
		refused = listener;
	};

	wp.apiFetch.use( guarded );
} )( window.wp, window.pubguard );
