<?php
/**
 * Prints what a MediaWiki knows of its languages, as far as reading discussions needs it: one JSON object a line.
 *
 *     php importers/wiki/languages/from_mediawiki.php /usr/share/mediawiki/languages > importers/wiki/languages/table.jsonl
 *
 * A line holds what holds for that language, with all it falls back to, other than for the one named in it (else
 * English). Keys: l language, f that other language, d digits, t formats of date and time (that of signatures first), m months, g genitives,
 * s short months ("m": as those), z "UTC", n namespaces (number: the name shown, then others that the other language
 * does not have), c names of Special:Contributions.
 */

const NAMESPACES = [
	'NS_MEDIA' => -2, 'NS_SPECIAL' => -1, 'NS_MAIN' => 0, 'NS_TALK' => 1, 'NS_USER' => 2, 'NS_USER_TALK' => 3,
	'NS_PROJECT' => 4, 'NS_PROJECT_TALK' => 5, 'NS_FILE' => 6, 'NS_FILE_TALK' => 7, 'NS_MEDIAWIKI' => 8,
	'NS_MEDIAWIKI_TALK' => 9, 'NS_TEMPLATE' => 10, 'NS_TEMPLATE_TALK' => 11, 'NS_HELP' => 12, 'NS_HELP_TALK' => 13,
	'NS_CATEGORY' => 14, 'NS_CATEGORY_TALK' => 15,
];
foreach ( NAMESPACES as $name => $number ) {
	define( $name, $number );
}

const MONTHS = [ 'january', 'february', 'march', 'april', 'may_long', 'june', 'july', 'august', 'september', 'october',
	'november', 'december' ];
const GENITIVES = [ 'january-gen', 'february-gen', 'march-gen', 'april-gen', 'may-gen', 'june-gen', 'july-gen',
	'august-gen', 'september-gen', 'october-gen', 'november-gen', 'december-gen' ];
const SHORT = [ 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec' ];

// Read in every language, so that no line need say so.
const ENGLISH = [ 'H:i, j F Y', 'H:i, F j, Y', 'H:i, Y F j' ];
// What the class LanguageWa writes; it has no format for it.
const WALLOON = [ 'j "di" F Y "a" H:i', 'j "d\'" F Y "a" H:i', 'j"î d\'" F Y "a" H:i' ];

/** The variables that a language's file sets. */
function variables( string $file ): array {
	if ( is_file( $file ) ) {
		include $file;
	}
	unset( $file );
	return get_defined_vars();
}

/** The messages of a language. */
function messages( string $file ): array {
	return is_file( $file ) ? json_decode( file_get_contents( $file ), true ) : [];
}

/** Formats of date and time together: that of signatures first. Those in other calendars are no wiki's default. */
function formats( array $said ): array {
	$default = $said['defaultDateFormat'];
	$default = $default === 'dmy or mdy' ? 'dmy' : $default;
	$all = $said['code'] === 'wa' ? WALLOON : [ $said['dateFormats']["$default both"] ];
	foreach ( $said['dateFormats'] as $key => $format ) {
		if ( str_ends_with( $key, ' both' ) && !preg_match( '/xn|x[imjort]/', $format ) && !in_array( $format, ENGLISH ) ) {
			$all[] = $format;
		}
	}
	return array_values( array_unique( $all ) );
}

/** Number of a namespace => its name, then its other ones. Those made of the project's name are the wiki's own. */
function namespaces( array $said ): array {
	$all = [];
	foreach ( $said['namespaceNames'] as $number => $name ) {
		$all[$number][] = $name;
	}
	foreach ( $said['namespaceGenderAliases'] ?? [] as $number => $names ) {
		array_push( $all[$number], ...array_values( $names ) );
	}
	foreach ( $said['namespaceAliases'] as $name => $number ) {
		$all[$number][] = $name;
	}
	$all = array_filter( $all, static fn ( $number ) => is_int( $number ) && $number !== NS_MAIN, ARRAY_FILTER_USE_KEY );
	$all = array_map( static fn ( $names ) => array_values( array_unique( array_filter(
		str_replace( '_', ' ', $names ), static fn ( $name ) => !str_contains( $name, '$1' )
	) ) ), $all );
	ksort( $all );
	return array_filter( $all );
}

/** The languages that stand in where this one says nothing, before English. */
function fallbacks( string $folder, string $code ): array {
	$said = variables( source( $folder, $code ) );
	return array_values( array_filter( array_map( 'trim', explode( ',', $said['fallback'] ?? '' ) ) ) );
}

/** The file with what a language sets. */
function source( string $folder, string $code ): string {
	return "$folder/messages/Messages" . str_replace( '-', '_', ucfirst( $code ) ) . '.php';
}

/** All that holds for a language: what each of these says where those before it say nothing. */
function resolved( string $folder, string $code ): array {
	$maps = array_fill_keys( [ 'dateFormats', 'namespaceNames', 'namespaceAliases' ], [] );
	$single = array_fill_keys( [ 'defaultDateFormat', 'namespaceGenderAliases', 'digitTransformTable' ], null );
	$messages = $lists = [];
	foreach ( [ $code, ...fallbacks( $folder, $code ), 'en' ] as $each ) {
		$said = variables( source( $folder, $each ) );
		foreach ( $maps as $key => $value ) {
			$maps[$key] = $value + ( $said[$key] ?? [] );
		}
		foreach ( $single as $key => $value ) {
			$single[$key] = $value ?? $said[$key] ?? null;
		}
		array_push( $lists, ...( $said['specialPageAliases']['Contributions'] ?? [] ) );
		$messages += messages( "$folder/i18n/$each.json" );
	}
	$digits = $single['digitTransformTable'] ?? [];
	$all = $maps + $single + [ 'code' => $code ];
	return [
		'd' => isset( $digits['0'] ) ? implode( '', array_map( static fn ( $digit ) => $digits[$digit] ?? $digit, range( 0, 9 ) ) ) : '',
		't' => formats( $all ),
		'm' => array_map( static fn ( $key ) => $messages[$key], MONTHS ),
		'g' => array_map( static fn ( $key ) => $messages[$key], GENITIVES ),
		's' => array_map( static fn ( $key ) => $messages[$key], SHORT ),
		'z' => $messages['timezone-utc'],
		'n' => namespaces( $all ),
		'c' => array_values( array_unique( str_replace( '_', ' ', $lists ) ) ),
	];
}

/** The language of those it falls back to that does not, in turn, fall back to it (as the Chinese ones do); or English. */
function other( string $folder, string $code ): string {
	foreach ( fallbacks( $folder, $code ) as $each ) {
		if ( !is_file( source( $folder, $each ) ) ) {
			continue;
		}
		for ( $seen = [], $next = [ $each ]; $next; ) {
			$seen[] = $one = array_pop( $next );
			array_push( $next, ...array_diff( fallbacks( $folder, $one ), $seen ) );
		}
		if ( !in_array( $code, $seen ) ) {
			return $each;
		}
	}
	return 'en';
}

/** What holds for a language other than for another one. */
function facts( string $folder, string $code ): array {
	$all = resolved( $folder, $code );
	$other = other( $folder, $code );
	if ( $code !== 'en' ) {
		$others = resolved( $folder, $other );
		$all['n'] = array_filter( $all['n'], static fn ( $names, $number ) => $names !== ( $others['n'][$number] ?? [] ),
			ARRAY_FILTER_USE_BOTH );
		foreach ( $all['n'] as $number => $names ) {
			$new = array_diff( $names, $others['n'][$number] ?? [] );
			$all['n'][$number] = array_values( array_unique( [ $names[0], ...$new ] ) );
		}
		$all = array_filter( $all, static fn ( $value, $key ) => $value !== $others[$key] && $value !== [],
			ARRAY_FILTER_USE_BOTH );
	}
	foreach ( [ 'g', 's' ] as $key ) {
		if ( isset( $all[$key] ) && $all[$key] === ( $all['m'] ?? [] ) ) {
			$all[$key] = 'm';
		}
	}
	return [ 'l' => $code ] + ( $other === 'en' ? [] : [ 'f' => $other ] ) + $all;
}

// Codes that wikis had before, and what they are called now (LanguageCode, in the same place).
const OLD = [ 'als' => 'gsw', 'bat-smg' => 'sgs', 'be-x-old' => 'be-tarask', 'bh' => 'bho',
	'fiu-vro' => 'vro', 'no' => 'nb', 'roa-rup' => 'rup', 'simple' => 'en', 'zh-classical' => 'lzh',
	'zh-min-nan' => 'nan', 'zh-yue' => 'yue' ];

$codes = array_keys( OLD );
foreach ( glob( "$argv[1]/messages/Messages*.php" ) as $file ) {
	$codes[] = strtolower( str_replace( '_', '-', substr( basename( $file, '.php' ), 8 ) ) );
}
foreach ( glob( "$argv[1]/i18n/*.json" ) as $file ) {
	$codes[] = basename( $file, '.json' );
}
$codes = array_unique( $codes );
sort( $codes );
foreach ( $codes as $code ) {
	$facts = isset( OLD[$code] ) ? [ 'l' => $code, 'f' => OLD[$code] ] : facts( $argv[1], $code );
	if ( $code !== 'qqq' && count( $facts ) > 1 ) {
		echo json_encode( $facts, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES ), "\n";
	}
}
