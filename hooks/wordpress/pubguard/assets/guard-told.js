/**
 * Makes of the server's answer (the `data` of a REST error) what a person is told. Text only:
 * everything here goes out through React, which shows markup as the characters that it is.
 */
( function ( pubguard ) {
	'use strict';

	var words = pubguard.words;
	var STOPPED = {
		publish: 'Not published',
		schedule: 'Not scheduled',
		revise: 'Change not saved',
		upload: 'File not added',
		approve: 'Not approved',
		withdraw: 'Not taken down',
	};
	var CONFIRM = {
		publish: [ 'Confirm publication', 'Publish now' ],
		schedule: [ 'Confirm scheduling', 'Schedule' ],
		revise: [ 'Confirm a change to a public page', 'Change it' ],
		approve: [ 'Confirm approval', 'Approve' ],
	};

	function text( value ) {
		return 'string' === typeof value ? value : '';
	}

	/** What stopped it, worst first; what only asks or warns where there is nothing worse. */
	function verdicts( data ) {
		var found = ( Array.isArray( data.reasons ) ? data.reasons : [] ).filter( Boolean );
		var kinds = [ [ 'block', 'error' ], [ 'confirm' ] ].map( function ( effects ) {
			return found.filter( function ( each ) {
				return effects.indexOf( each.effect ) >= 0;
			} );
		} );
		return [ kinds[ 0 ], kinds[ 1 ], found ].filter( function ( each ) {
			return each.length;
		} )[ 0 ] || [];
	}

	function all( from, name ) {
		return from
			.map( function ( each ) {
				return text( each[ name ] ).trim();
			} )
			.filter( function ( line, at, lines ) {
				return line && lines.indexOf( line ) === at;
			} );
	}

	function release( data ) {
		var known = pubguard.releases ? pubguard.releases.find( data.release ) : null;
		var title = known ? known.title : '';
		return title && title !== data.release ? title + ' (' + data.release + ')' : text( data.release );
	}

	function gap( data ) {
		if ( text( data.gap ) || ! data.slot ) {
			return text( data.gap );
		}
		var left = new Date( data.slot ).getTime() - new Date( data.now ).getTime();
		return left > 0 ? words.gap( left ) + ' early' : '';
	}

	function rows( data ) {
		return [
			[ 'Release', release( data ) ],
			[ 'Announced for', data.slot ? words.long( data.slot ) : '' ],
			[ 'Time now', words.long( data.now || words.now() ) ],
			[ 'Difference', gap( data ) ],
			[ 'Who can help', pubguard.boot.help ],
			[ 'Reference', Number.isInteger( data.reference ) ? 'Entry ' + data.reference : '' ],
		];
	}

	/** For the modal of a refusal. `kept` says what became of the text. */
	pubguard.told = function ( error, kept ) {
		var data = error.data || {};
		var found = verdicts( data );
		var reasons = all( found, 'reason' );
		return {
			heading: STOPPED[ data.action ] || 'Stopped by the release guard',
			// The message has everything in one text; it stands in where there are no verdicts.
			reasons: reasons.length ? reasons : [ text( error.message ) ],
			remedies: reasons.length ? all( found, 'remedy' ) : [],
			rows: rows( data ),
			kept: kept,
		};
	};

	/** For the modal of a confirmation. */
	pubguard.asked = function ( error ) {
		var data = error.data;
		var named = CONFIRM[ data.action ] || [ 'Confirm', 'Confirm' ];
		return {
			heading: named[ 0 ],
			button: named[ 1 ],
			// Why an answer that was typed before did not count has no code of the guard's.
			prompt: ( Array.isArray( data.reasons ) ? data.reasons : [] )
				.filter( function ( each ) {
					return each && '' === each.code;
				} )
				.map( function ( each ) {
					return text( each.reason );
				} )
				.concat( text( data.prompt ) || text( error.message ) )
				.join( '\n' ),
			type_this: text( data.type_this ),
			rows: [
				[ 'Address', text( data.url ) ],
				[ 'Files', ( Array.isArray( data.files ) ? data.files : [] ).join( ', ' ) ],
			],
			until: data.expires_at
				? 'The button can be used when what you typed matches. You have until ' +
				  words.short( data.expires_at ).slice( 0, 5 ) +
				  '.'
				: '',
		};
	};
} )( window.pubguard );
