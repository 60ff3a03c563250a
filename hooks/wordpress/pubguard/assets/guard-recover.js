/**
 * After a refusal in the block editor: the edited status is put back and the text saved, so that
 * nothing is lost and the next Ctrl+S saves a draft instead of trying to publish again.
 */
( function ( wp, pubguard ) {
	'use strict';

	var PATIENCE = 8000;
	/** The editor's notice about a save, in old and new versions. */
	var OWN = [ 'SAVE_POST_NOTICE_ID', 'editor-save' ];
	var data = wp.data;
	var recovering = false;

	function editor() {
		return data.select( 'core/editor' );
	}

	function change( edits ) {
		data.dispatch( 'core/editor' ).editPost( edits, { undoIgnore: true } );
	}

	/** Resolves when no save is under way, so that ours is not lost in it. */
	function idle() {
		return new Promise( function ( resolve ) {
			var stop = data.subscribe( look );
			var started = window.setTimeout( look, 0 );
			function look() {
				if ( editor().isSavingPost() ) {
					return;
				}
				stop();
				window.clearTimeout( started );
				window.setTimeout( resolve, 0 );
			}
		} );
	}

	function closePublishPanel() {
		[ 'core/editor', 'core/edit-post' ].some( function ( store ) {
			var actions = data.select( store ) ? data.dispatch( store ) : {};
			if ( actions.closePublishSidebar ) {
				actions.closePublishSidebar();
			}
			return actions.closePublishSidebar;
		} );
	}

	/** Saves the text where it is not public; a promise of words that say where it is now. */
	function keep() {
		var stored = editor().getCurrentPost();
		var actions = data.dispatch( 'core/editor' );
		if ( [ 'auto-draft', 'draft', 'pending' ].indexOf( stored.status ) >= 0 ) {
			var status = 'auto-draft' === stored.status ? 'draft' : stored.status;
			change( { status: status, password: stored.password || '' } );
			return actions.savePost().then( function () {
				return editor().didPostSaveRequestSucceed()
					? 'Your text is saved as a draft. Nothing of it is public.'
					: 'Your text could not be saved. It is still in this window: keep it open, and save the draft again.';
			} );
		}
		change( { status: stored.status, date: stored.date, password: stored.password || '' } );
		return Promise.resolve( actions.autosave() ).then( function () {
			return 'What is stored is as it was before. Your change is in this window, and kept as an autosave.';
		} );
	}

	function soon( promise ) {
		var late = new Promise( function ( resolve ) {
			window.setTimeout( resolve, PATIENCE, 'Your text is being saved. Keep this window open until it says so.' );
		} );
		return Promise.race( [ promise, late ] );
	}

	function isThisPost( request ) {
		var id = editor() && editor().getCurrentPostId();
		var path = String( request.path || request.url || '' ).split( '?' )[ 0 ];
		return Boolean( id ) && path.slice( -( '/' + id ).length ) === '/' + id;
	}

	function scheduleAt( slot ) {
		change( { status: 'future', date: new Date( slot ).toISOString().slice( 0, 19 ) + 'Z' } );
		return data.dispatch( 'core/editor' ).savePost();
	}

	/** WordPress publishes at once what is less than a minute ahead. */
	function offer( answer ) {
		var asked = answer.data || {};
		var ahead = asked.slot ? new Date( asked.slot ).getTime() - pubguard.words.now() : 0;
		if ( ahead < 65000 || 'revise' === asked.action || asked.held ) {
			return null;
		}
		return {
			words: 'Schedule for the announced time instead: ' + pubguard.words.short( asked.slot ),
			act: function () {
				scheduleAt( asked.slot );
			},
		};
	}

	/** One notice, ours: the editor's own says the same in one long line. */
	function notice( told, open ) {
		var notices = data.dispatch( 'core/notices' );
		OWN.forEach( function ( id ) {
			notices.removeNotice( id );
		} );
		notices.createErrorNotice(
			told.heading + '. ' + told.reasons[ 0 ] + ( told.kept ? ' ' + told.kept : '' ),
			{ id: 'pubguard-refused', actions: open ? [ { label: 'Show why', onClick: open } ] : [] }
		);
	}

	function refused( answer, request ) {
		if ( ! isThisPost( request ) ) {
			if ( 'pubguard_confirm' !== answer.code ) {
				pubguard.tell( pubguard.told( answer, '' ) );
			}
			return;
		}
		if ( recovering ) {
			return;
		}
		recovering = true;
		soon( idle().then( keep ) ).then( function ( kept ) {
			recovering = false;
			var told = pubguard.told( answer, kept );
			closePublishPanel();
			if ( 'pubguard_confirm' === answer.code ) {
				told.reasons = [ 'It was not confirmed.' ];
				notice( told );
				pubguard.dialogue.focusBack( null );
				return;
			}
			function open() {
				pubguard.tell( told, offer( answer ) );
			}
			open();
			notice( told, open );
		} );
	}

	pubguard.onRefused( refused );
	pubguard.scheduleAt = scheduleAt;
} )( window.wp, window.pubguard );
