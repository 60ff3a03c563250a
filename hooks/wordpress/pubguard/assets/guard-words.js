/**
 * Times and states in words. Every instant is ISO 8601 in UTC; what people read is London time.
 */
( function ( pubguard ) {
	'use strict';

	var LONDON = 'Europe/London';
	var UNITS = [
		[ 'day', 86400 ],
		[ 'h', 3600 ],
		[ 'min', 60 ],
		[ 's', 1 ],
	];
	var ahead = 0;

	function parts( at, options ) {
		var found = {};
		var format = new Intl.DateTimeFormat(
			'en-GB',
			Object.assign( { timeZone: LONDON, hourCycle: 'h23' }, options )
		);
		format.formatToParts( new Date( at ) ).forEach( function ( part ) {
			found[ part.type ] = part.value;
		} );
		return found;
	}

	/** The server's time, in milliseconds: a reader's own clock may be wrong. */
	function now() {
		return Date.now() + ahead;
	}

	function setNow( at ) {
		ahead = new Date( at ).getTime() - Date.now();
	}

	/** "Thursday 3 December 2026, 09:30" */
	function long( at ) {
		var p = parts( at, {
			weekday: 'long',
			day: 'numeric',
			month: 'long',
			year: 'numeric',
			hour: '2-digit',
			minute: '2-digit',
		} );
		return p.weekday + ' ' + p.day + ' ' + p.month + ' ' + p.year + ', ' + p.hour + ':' + p.minute;
	}

	/** "09:30 Thu 3 Dec", with the year unless it is this one. */
	function short( at ) {
		var p = parts( at, {
			weekday: 'short',
			day: 'numeric',
			month: 'short',
			year: 'numeric',
			hour: '2-digit',
			minute: '2-digit',
		} );
		var year = parts( now(), { year: 'numeric' } ).year === p.year ? '' : ' ' + p.year;
		// Some browsers write "Sept", which is not how the guard writes it.
		return p.hour + ':' + p.minute + ' ' + p.weekday + ' ' + p.day + ' ' + p.month.slice( 0, 3 ) + year;
	}

	/** "2 days 3 h", "4 h 10 min", "50 s": the two largest units, as the server says it. */
	function gap( milliseconds ) {
		var left = Math.floor( Math.abs( milliseconds ) / 1000 );
		var said = [];
		UNITS.forEach( function ( unit ) {
			var count = Math.floor( left / unit[ 1 ] );
			left -= count * unit[ 1 ];
			if ( count ) {
				said.push( count + ' ' + unit[ 0 ] + ( 'day' === unit[ 0 ] && count > 1 ? 's' : '' ) );
			}
		} );
		return said.slice( 0, 2 ).join( ' ' ) || '0 s';
	}

	/**
	 * What publishing this release would meet now: `open`, words for the button, and why.
	 * It tells; the server decides.
	 */
	function standing( release ) {
		if ( ! release ) {
			return {
				open: false,
				button: 'choose a release first',
				why: 'No release is chosen. A guarded item can only be published as part of one.',
			};
		}
		if ( 'cancelled' === release.state ) {
			return { open: false, button: 'release cancelled', why: 'This release was cancelled.' };
		}
		if ( ! release.slot || 'provisional' === release.state ) {
			return {
				open: false,
				button: 'no date announced',
				why: 'No date is announced for this release yet.',
			};
		}
		if ( now() < new Date( release.slot ).getTime() ) {
			return {
				open: false,
				early: true,
				button: 'opens ' + short( release.slot ),
				why: 'It cannot go out before. You can schedule it for then.',
			};
		}
		if ( release.held ) {
			return {
				open: false,
				button: 'held',
				why: 'A change of date waits to be agreed. Nothing of this release may go out until then.',
			};
		}
		return { open: true, button: '', why: 'The announced time has come.' };
	}

	pubguard.words = { now: now, setNow: setNow, long: long, short: short, gap: gap, standing: standing };
} )( ( window.pubguard = window.pubguard || {} ) );
