/**
 * The modal that tells why something was stopped, and offers what can be done instead.
 */
( function ( wp, pubguard ) {
	'use strict';

	var el = wp.element.createElement;
	var Button = wp.components.Button;
	var dialogue = pubguard.dialogue;

	function Offer( props ) {
		return el(
			Button,
			{
				variant: 'primary',
				className: 'pubguard-instead',
				onClick: function () {
					props.close();
					props.offer.act();
				},
			},
			props.offer.words
		);
	}

	function Remedies( props ) {
		return el(
			'div',
			{ className: 'pubguard-remedies' },
			el( 'h2', null, 'What to do now' ),
			dialogue.lines( props.all )
		);
	}

	function Blocked( props ) {
		var told = props.told;
		return el(
			wp.components.Modal,
			{
				title: told.heading,
				role: 'alertdialog',
				aria: { describedby: 'pubguard-why' },
				className: 'pubguard-modal pubguard-blocked',
				closeButtonLabel: 'Close',
				onRequestClose: props.close,
			},
			el( 'div', { id: 'pubguard-why', className: 'pubguard-why' }, dialogue.lines( told.reasons ) ),
			dialogue.facts( told.rows ),
			told.remedies.length ? el( Remedies, { all: told.remedies } ) : null,
			told.kept ? el( 'p', { className: 'pubguard-kept' }, told.kept ) : null,
			el(
				'div',
				{ className: 'pubguard-buttons' },
				props.offer ? el( Offer, { offer: props.offer, close: props.close } ) : null,
				el(
					Button,
					{
						variant: props.offer ? 'secondary' : 'primary',
						className: 'pubguard-close',
						onClick: props.close,
					},
					'Close'
				)
			)
		);
	}

	/** Tells what `pubguard.told` made of an answer; `offer` is {words, act} or nothing. */
	pubguard.tell = function ( told, offer ) {
		dialogue.open( function ( close ) {
			return el( Blocked, { told: told, offer: offer, close: close } );
		} );
	};
} )( window.wp, window.pubguard );
