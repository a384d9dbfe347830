<?php
/** Prints how this MediaWiki dates signatures and calls its namespaces, in the languages that are named. */

require_once '/usr/share/mediawiki/maintenance/Maintenance.php';

class PrintLanguages extends Maintenance {
	public function __construct() {
		parent::__construct();
		$this->addArg( 'codes', 'Languages, with commas' );
	}

	public function execute() {
		$languages = MediaWiki\MediaWikiServices::getInstance()->getLanguageFactory();
		foreach ( explode( ',', $this->getArg( 0 ) ) as $code ) {
			$language = $languages->getLanguage( $code );
			$dates = array_map( static fn ( $month ) => $language->timeanddate( sprintf( '2024%02d%02d170700', $month, $month + 9 ) ),
				range( 1, 12 ) );
			$this->output( json_encode( [
				'code' => $code,
				'dates' => $dates,
				'utc' => wfMessage( 'timezone-utc' )->inLanguage( $language )->text(),
				'shown' => array_map( [ $language, 'getFormattedNsText' ], [ 1 => 1, 2 => 2, 3 => 3, 6 => 6, 10 => 10 ] ),
				'names' => $language->getNamespaceIds(),
				'contributions' => $language->getSpecialPageAliases()['Contributions'],
			] ) . "\n" );
		}
	}
}

$maintClass = PrintLanguages::class;
require_once RUN_MAINTENANCE_IF_MAIN;
