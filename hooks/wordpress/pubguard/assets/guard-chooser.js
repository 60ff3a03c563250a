/**
 * The release chooser of the block editor: a list of the calendar, and a field for an id that is
 * not in the list. The choice is post meta, saved with the post.
 */
( function ( wp, pubguard ) {
	'use strict';

	var el = wp.element.createElement;
	var OTHER = '*';

	function label( release ) {
		var when = release.slot ? pubguard.words.short( release.slot ) : 'no date yet';
		var state = [ 'confirmed', 'published' ].indexOf( release.state ) >= 0 ? '' : ', ' + release.state;
		return release.title + ' (' + when + state + ')';
	}

	function options( releases, chosen ) {
		var list = releases.map( function ( release ) {
			return { value: release.id, label: label( release ) };
		} );
		var listed = releases.some( function ( release ) {
			return release.id === chosen;
		} );
		if ( chosen && ! listed ) {
			list.push( { value: chosen, label: chosen + ' (date not known here)' } );
		}
		return [ { value: '', label: 'No release chosen' } ].concat( list, [
			{ value: OTHER, label: 'Another release…' },
		] );
	}

	/** Types without custom fields in REST have a route of ours; the rest is saved with the post. */
	function set( id ) {
		var meta = wp.data.select( 'core/editor' ).getEditedPostAttribute( 'meta' );
		if ( meta && '_pubguard_release' in meta ) {
			wp.data.dispatch( 'core/editor' ).editPost( { meta: { _pubguard_release: id } } );
		} else {
			pubguard.releases.choose( wp.data.select( 'core/editor' ).getCurrentPostId(), id );
		}
	}

	function Other( props ) {
		var state = wp.element.useState( '' );
		return el(
			'div',
			{ className: 'pubguard-other' },
			el( wp.components.TextControl, {
				label: 'Id of the release, as the calendar has it',
				value: state[ 0 ],
				onChange: state[ 1 ],
				__nextHasNoMarginBottom: true,
				__next40pxDefaultSize: true,
			} ),
			el(
				wp.components.Button,
				{
					variant: 'secondary',
					disabled: ! state[ 0 ].trim(),
					onClick: function () {
						props.onChosen( state[ 0 ].trim() );
					},
				},
				'Choose it'
			)
		);
	}

	pubguard.Chooser = function ( props ) {
		var other = wp.element.useState( false );
		return el(
			wp.element.Fragment,
			null,
			el( wp.components.SelectControl, {
				label: 'Release',
				className: 'pubguard-chooser',
				value: other[ 0 ] ? OTHER : props.chosen,
				options: options( props.releases, props.chosen ),
				onChange: function ( id ) {
					other[ 1 ]( OTHER === id );
					if ( OTHER !== id ) {
						set( id );
					}
				},
				__nextHasNoMarginBottom: true,
				__next40pxDefaultSize: true,
			} ),
			other[ 0 ]
				? el( Other, {
						onChosen: function ( id ) {
							other[ 1 ]( false );
							set( id );
						},
				  } )
				: null
		);
	};
} )( window.wp, window.pubguard );
