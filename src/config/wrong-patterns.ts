/** Patterns and extensions that can not be used: the others of their list still are, and nobody shall wait for these. */
import {FilePatterns, type PatternKey} from '#media/file-patterns.ts'
import type {ArrConfig} from './schema/schema-arrs.ts'
import {showValue} from './schema/findings.ts'
import type {Reading} from './schema/read-table.ts'

const accepted: Readonly<Record<PatternKey, string>> = {
  FolderExclusionRegex: 'regular expressions over names of folders',
  FileNameExclusionRegex: 'regular expressions over names of files',
  FileExtensionAllowlist: 'extensions such as ".mkv"',
}

/** Source: qbitrr-config.md B.7. */
export function reportWrongPatterns(section: string, torrent: ArrConfig['Torrent'], reading: Reading): void {
  for (const {key, index, problem, message} of new FilePatterns(torrent).mistakes)
    reading.remark([section, 'Torrent', key], {
      ...(problem === 'neverMatches'
        ? {severity: 'warning', code: 'without_effect'}
        : {severity: 'error', code: 'bad_value'}),
      found: showValue(torrent[key][index]),
      accepted: accepted[key],
      message: `${message} The others are used.`,
    })
}
