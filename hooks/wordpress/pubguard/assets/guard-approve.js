/**
 * Approval in the block editor: whether the release is armed, the button that approves it, and the
 * warning that a change disarms it, which is shown before the change is saved.
 */
( function ( wp, pubguard ) {
	'use strict';

	var el = wp.element.createElement;
	var NOTICE = 'pubguard-disarms';
	var DISARMS =
		'This release is approved and armed as it is stored. Saving your change disarms it: it has to be approved again before it can go out.';

	function approve( post ) {
		return wp
			.apiFetch( { path: '/pubguard/v1/approve', method: 'POST', data: { post: post } } )
			.then( function ( answer ) {
				wp.data.dispatch( 'core/notices' ).createSuccessNotice( answer.message, {
					id: 'pubguard-approved',
					type: 'snackbar',
				} );
				wp.a11y.speak( answer.message );
			} )
			.catch( function ( error ) {
				// Ours was told in a modal; what is left is a server that did not answer.
				if ( ! error || 0 !== String( error.code ).indexOf( 'pubguard' ) ) {
					wp.data
						.dispatch( 'core/notices' )
						.createErrorNotice( 'Not approved: the site gave no usable answer. Try again.', {
							id: 'pubguard-approved',
						} );
				}
			} )
			.then( function () {
				return pubguard.releases.load( post );
			} );
	}

	/** Why it cannot be approved now, or '' if it can. */
	function hindered( props ) {
		if ( props.dirty ) {
			return 'Save the draft first: an approval holds for what is stored.';
		}
		if ( ! props.release.slot || 'confirmed' !== props.release.state ) {
			return 'It can be approved once its date is confirmed.';
		}
		return '';
	}

	function Approve( props ) {
		var busy = wp.element.useState( false );
		var why = hindered( props );
		return el(
			'div',
			{ className: 'pubguard-approve' },
			el(
				wp.components.Button,
				{
					variant: 'secondary',
					isBusy: busy[ 0 ],
					disabled: busy[ 0 ] || Boolean( why ),
					'aria-describedby': why ? 'pubguard-hindered' : undefined,
					onClick: function () {
						busy[ 1 ]( true );
						approve( props.post ).then( function () {
							busy[ 1 ]( false );
						} );
					},
				},
				props.release.slot ? 'Approve for ' + pubguard.words.short( props.release.slot ) : 'Approve'
			),
			why ? el( 'p', { id: 'pubguard-hindered', className: 'pubguard-small' }, why ) : null
		);
	}

	/** As a notice over the text too: the panel may be closed. */
	function useWarning( warn ) {
		wp.element.useEffect(
			function () {
				var notices = wp.data.dispatch( 'core/notices' );
				if ( warn ) {
					notices.createWarningNotice( DISARMS, { id: NOTICE } );
				} else {
					notices.removeNotice( NOTICE );
				}
			},
			[ warn ]
		);
	}

	/** WordPress saves a draft by itself every minute; nobody would have decided to disarm it. */
	function useNoAutosave( armed ) {
		wp.element.useEffect(
			function () {
				var actions = wp.data.dispatch( 'core/editor' );
				actions[ armed ? 'lockPostAutosaving' : 'unlockPostAutosaving' ]( 'pubguard' );
			},
			[ armed ]
		);
	}

	pubguard.Approval = function ( props ) {
		var armed = props.item.armed;
		useWarning( Boolean( armed ) && ! props.item.live && props.dirty );
		useNoAutosave( Boolean( armed ) && ! props.item.live );
		if ( props.item.live ) {
			return el( 'p', null, 'This item is public. The guard is asked before a change of it is saved.' );
		}
		if ( armed ) {
			return el(
				'div',
				{ className: 'pubguard-armed' },
				el( 'p', null, el( 'strong', null, 'Approved and armed' ), ' for ' + pubguard.words.long( armed.slot ) + '.' ),
				el(
					'p',
					{ className: props.dirty ? 'pubguard-warning' : 'pubguard-small' },
					props.dirty ? DISARMS : 'Saving a change disarms it.'
				)
			);
		}
		return el(
			wp.element.Fragment,
			null,
			el( 'p', { className: 'pubguard-not-armed' }, el( 'strong', null, 'Not approved' ), ' yet.' ),
			props.item.may_approve
				? el( Approve, props )
				: el( 'p', { className: 'pubguard-small' }, 'Somebody who may publish, and did not write it, approves it.' )
		);
	};
} )( window.wp, window.pubguard );
