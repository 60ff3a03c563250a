/**
 * The typed confirmation. The server asks for it and judges it; here it is only put to the person.
 */
( function ( wp, pubguard ) {
	'use strict';

	var el = wp.element.createElement;
	var Button = wp.components.Button;
	var dialogue = pubguard.dialogue;

	/** As the guard compares: trimmed, case ignored. */
	function same( typed, wanted ) {
		return typed.trim().toLowerCase() === wanted.trim().toLowerCase();
	}

	function Prompt( props ) {
		return el(
			'div',
			{ id: 'pubguard-prompt', className: 'pubguard-prompt' },
			props.text
				.split( '\n' )
				.filter( function ( line ) {
					return line.trim();
				} )
				.map( function ( line, at ) {
					return el( 'p', { key: at }, line );
				} )
		);
	}

	function Field( props ) {
		var node = wp.element.useRef( null );
		wp.element.useEffect( function () {
			node.current.focus();
		}, [] );
		return el(
			'div',
			{ className: 'pubguard-typed' },
			el(
				'label',
				{ htmlFor: 'pubguard-typed' },
				'Type ',
				el( 'strong', null, props.wanted ),
				' to confirm'
			),
			el( 'input', {
				id: 'pubguard-typed',
				type: 'text',
				ref: node,
				value: props.value,
				autoComplete: 'off',
				spellCheck: false,
				'aria-describedby': 'pubguard-until',
				onChange: function ( event ) {
					props.onChange( event.target.value );
				},
			} ),
			el( 'p', { id: 'pubguard-until' }, props.until )
		);
	}

	function Confirm( props ) {
		var asked = props.asked;
		var state = wp.element.useState( '' );
		var ready = same( state[ 0 ], asked.type_this );
		function cancel() {
			props.done( null );
		}
		function submit( event ) {
			event.preventDefault();
			if ( ready ) {
				props.done( state[ 0 ] );
			}
		}
		return el(
			wp.components.Modal,
			{
				title: asked.heading,
				aria: { describedby: 'pubguard-prompt' },
				className: 'pubguard-modal pubguard-confirm',
				closeButtonLabel: 'Cancel',
				focusOnMount: false,
				onRequestClose: cancel,
			},
			el(
				'form',
				{ onSubmit: submit },
				el( Prompt, { text: asked.prompt } ),
				dialogue.facts( asked.rows ),
				el( Field, {
					wanted: asked.type_this,
					value: state[ 0 ],
					onChange: state[ 1 ],
					until: asked.until,
				} ),
				el(
					'div',
					{ className: 'pubguard-buttons' },
					el( Button, { variant: 'primary', type: 'submit', disabled: ! ready }, asked.button ),
					el( Button, { variant: 'secondary', onClick: cancel }, 'Cancel' )
				)
			)
		);
	}

	/** A promise of what was typed, or of null when the person cancels. */
	pubguard.ask = function ( asked ) {
		return new Promise( function ( resolve ) {
			dialogue.open( function ( close ) {
				return el( Confirm, {
					asked: asked,
					done: function ( typed ) {
						close();
						resolve( typed );
					},
				} );
			} );
		} );
	};
} )( window.wp, window.pubguard );
