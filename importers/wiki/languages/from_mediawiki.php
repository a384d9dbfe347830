<?php
/**
 * Prints what a MediaWiki knows of its languages, as far as reading discussions needs it: one JSON object a line.
 *
 *     php importers/wiki/languages/from_mediawiki.php /usr/share/mediawiki/languages > importers/wiki/languages/table.jsonl
 *
 * A line holds what that language says other than those it falls back to (English is the last of them all). Keys:
 * l language, f fallbacks, d digits, t formats of date and time (that of signatures first), m months, g genitives and
 * s short months (as m where a line has only that), z "UTC", n namespaces (number: names), c names of
 * Special:Contributions.
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

/** All of these messages, or nothing if the language lacks all; "" in the place of a missing one. */
function words( array $messages, array $keys ): array {
	$words = array_map( static fn ( $key ) => $messages[$key] ?? '', $keys );
	return array_filter( $words ) ? $words : [];
}

/** Formats of date and time together: that of signatures first. Those in other calendars are no wiki's default. */
function formats( array $said ): array {
	$default = $said['defaultDateFormat'];
	$default = $default === 'dmy or mdy' ? 'dmy' : $default;
	$all = [ $said['dateFormats']["$default both"] ];
	foreach ( $said['dateFormats'] as $key => $format ) {
		if ( str_ends_with( $key, ' both' ) && !preg_match( '/xn|x[imjort]/', $format ) ) {
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
	foreach ( $said['namespaceGenderAliases'] as $number => $names ) {
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

/** All that holds for a language that falls back like this, where each says something. */
function resolved( string $folder, array $chain ): array {
	$merged = [ 'dateFormats' => [], 'namespaceNames' => [], 'namespaceGenderAliases' => [], 'namespaceAliases' => [],
		'specialPageAliases' => [] ];
	$texts = [];
	$digits = '';
	foreach ( $chain as $code ) {
		$said = variables( "$folder/messages/Messages" . str_replace( '-', '_', ucfirst( $code ) ) . '.php' );
		foreach ( $merged as $key => $value ) {
			if ( is_array( $value ) ) {
				$merged[$key] = $value + ( $said[$key] ?? [] );
			}
		}
		$merged['defaultDateFormat'] ??= $said['defaultDateFormat'] ?? null;
		$table = $said['digitTransformTable'] ?? [];
		if ( !$digits && isset( $table['0'] ) ) {
			$digits = implode( '', array_map( static fn ( $digit ) => $table[$digit] ?? $digit, range( 0, 9 ) ) );
		}
		$said = messages( "$folder/i18n/$code.json" );
		$texts += array_filter( [
			'm' => words( $said, MONTHS ),
			'g' => words( $said, GENITIVES ) ?: words( $said, MONTHS ),
			's' => words( $said, SHORT ) ?: words( $said, MONTHS ),
			'z' => $said['timezone-utc'] ?? '',
		] );
	}
	return $texts + [
		'd' => $digits,
		't' => formats( $merged ),
		'n' => namespaces( $merged ),
		'c' => str_replace( '_', ' ', $merged['specialPageAliases']['Contributions'] ),
	];
}

/** The languages that stand in where this one says nothing, before English. */
function fallbacks( string $folder, string $code ): array {
	$said = variables( "$folder/messages/Messages" . str_replace( '-', '_', ucfirst( $code ) ) . '.php' );
	return array_values( array_filter( array_map( 'trim', explode( ',', $said['fallback'] ?? '' ) ) ) );
}

/** What a language says other than those it falls back to. */
function facts( string $folder, string $code ): array {
	$fallbacks = fallbacks( $folder, $code );
	$all = resolved( $folder, [ $code, ...$fallbacks, 'en' ] );
	if ( $code !== 'en' ) {
		// Languages that fall back to one another (Chinese) would each leave out what the other has.
		$mutual = array_filter( $fallbacks, static fn ( $each ) => in_array( $code, fallbacks( $folder, $each ) ) );
		$others = resolved( $folder, [ ...( $mutual ? [] : $fallbacks ), 'en' ] );
		foreach ( $all['n'] as $number => $names ) {
			$theirs = $others['n'][$number] ?? [];
			$new = array_diff( $names, $theirs );
			$all['n'][$number] = array_values( $names[0] === ( $theirs[0] ?? '' ) ? $new : array_unique( [ $names[0], ...$new ] ) );
		}
		$all['n'] = array_filter( $all['n'] );
		$said = $all;
		$all = array_filter( $all, static fn ( $value, $key ) => $value && $value !== ( $others[$key] ?? null ),
			ARRAY_FILTER_USE_BOTH );
		foreach ( isset( $all['m'] ) ? [ 'g', 's' ] : [] as $key ) {
			$all[$key] = $said[$key];
			if ( $all[$key] === $all['m'] ) {
				unset( $all[$key] );
			}
		}
	}
	ksort( $all );
	return [ 'l' => $code ] + ( $fallbacks ? [ 'f' => $fallbacks ] : [] ) + $all;
}

$codes = [];
foreach ( glob( "$argv[1]/messages/Messages*.php" ) as $file ) {
	$codes[] = strtolower( str_replace( '_', '-', substr( basename( $file, '.php' ), 8 ) ) );
}
foreach ( glob( "$argv[1]/i18n/*.json" ) as $file ) {
	$codes[] = basename( $file, '.json' );
}
$codes = array_unique( $codes );
sort( $codes );
foreach ( $codes as $code ) {
	$facts = $code === 'qqq' ? [] : facts( $argv[1], $code );
	if ( count( $facts ) > 1 ) {
		echo json_encode( $facts, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES ), "\n";
	}
}
