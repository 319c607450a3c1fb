import {readFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import {classesOfRow, classOfRejection, classOfText, emptyPathIn} from './reject-class.ts'

for (const [text, expected] of [
  [
    'Not an upgrade for existing movie file. Existing quality: HDTV-720p. New Quality WEBDL-480p.',
    'not_upgrade',
  ],
  ['Not a Custom Format upgrade for existing episode file(s). New: [] (0) do not improve', 'not_upgrade'],
  ['Not a quality revision upgrade for existing movie file(s)', 'not_upgrade'],
  ['Not a preferred word upgrade for existing episode file(s)', 'not_upgrade'],
  ['Movie file already imported at 2026-01-02 03:04:05', 'already_imported'],
  ['Album already imported at 2026-01-02', 'already_imported'],
  ['Sample', 'sample'],
  ['sample', 'sample'],
  ['Sample of something else', 'unknown'],
  ['Unable to determine if file is a sample', 'sample_unknown'],
  ['No files found are eligible for import in /downloads/radarr/Some.Movie', 'no_files'],
  ['Found archive file, might need to be extracted', 'archive'],
  ['Caution: Found potentially dangerous file with extension: .lnk', 'dangerous'],
  ['Caution: Found executable file with extension: .exe', 'dangerous'],
  ['Caution: Found file with user defined rejected extension: .iso', 'dangerous'],
  ['Movie title mismatch, automatic import is not possible.', 'unmatched_title'],
  ['Found matching movie via grab history, but release was matched to movie by ID.', 'matched_by_id'],
  ['Unknown Series', 'unknown_item'],
  ['Invalid season or episode', 'unknown_item'],
  ['One or more episodes expected in this release were not imported or missing', 'partial'],
  ['Episode 3x04 was not found in the grabbed release: Some.Show', 'unexpected_item'],
  ['Episode 1x02 was unexpected considering the Some.Show folder name', 'unexpected_item'],
  ['Single episode file contains all episodes in seasons', 'unsupported_content'],
  ['Episode does not have a title and recently aired', 'title_pending'],
  ['Locked file, try again later', 'locked'],
  ['File is still being unpacked', 'locked'],
  ['Not enough free space', 'free_space'],
  ['No audio tracks detected', 'no_audio'],
  ['[/x] is not a valid local path. You may need a Remote Path Mapping.', 'path'],
  ["Download wasn't grabbed by Radarr and not in a category, Skipping.", 'not_ours'],
  ['Album match is not close enough: 71.2% vs 80%', 'music_match'],
  ["Destination isn't in or is not in a Root Folder", 'root_folder'],
  ['Grab history, found multiple movies', 'ambiguous'],
  ['Failed to import movie, Root folder missing.', 'root_folder'],
  ['Failed to import episode, Destination already exists.', 'import_failed'],
  ['Failed to import movie, unable to move existing file to the Recycle Bin.', 'import_failed'],
  ['Failed to import track', 'import_failed'],
  ["File is suspected multi-part file, Radarr doesn't support this", 'unsupported_content'],
  ["Invalid video file, unsupported extension: '.xyz'", 'unsupported_content'],
  ['Series title mismatch; automatic import is not possible. Check the wiki.', 'unmatched_title'],
  ['Unable to parse episodes from title', 'unknown_item'],
  ['Failed to import movie, Root folder missing', 'root_folder'],
  ['Failed to import episode, Root folder missing.', 'root_folder'],
  ['Failed to import movie, Destination already exists.', 'import_failed'],
  ['Failed to import episode, unable to move existing file to the Recycle Bin.', 'import_failed'],
  ["File is suspected multi-part file, Sonarr doesn't support this", 'unsupported_content'],
  ['Movie title mismatch; automatic import is not possible.', 'unmatched_title'],
  ['One or more movies expected in this release were not imported or missing', 'partial'],
  ['Something that a newer Arr says', 'unknown'],
] as const) {
  test(`“${text}” is ${expected}`, () => {
    expect(classOfText(text)).toBe(expected)
  })
}

test('where an Arr found nothing to import is recognised by its sentence alone', () => {
  const path = '/data/elsewhere/Some.Film.2020/Some.Film.2020.mkv'
  expect(emptyPathIn(`No files found are eligible for import in ${path}`)).toBe(path)
  expect(emptyPathIn(`Failed to import movie, ${path}`)).toBeNull()
})

test('every code of Sonarr but “unknown” has a class', () => {
  const url = new URL('../../lab/arrs/openapi/sonarr-v5.json', import.meta.url)
  const {components} = JSON.parse(readFileSync(url, 'utf8')) as {
    components: {schemas: Record<string, {enum?: string[]}>}
  }
  const known = components.schemas['ImportRejectionReason']?.enum ?? []
  expect(known.length).toBeGreaterThan(30)
  const without = known.filter((code) => classOfRejection({code, text: ''}) === 'unknown')
  expect(without).toEqual(['unknown'])
})

test('the code wins over the sentence, and of a new code the sentence decides', () => {
  expect(classOfRejection({code: 'NoAudio', text: 'Sample'})).toBe('no_audio')
  expect(classOfRejection({code: 'brandNew', text: 'Sample'})).toBe('sample')
  expect(classOfRejection({code: null, text: 'Sample'})).toBe('sample')
})

test('a row says each class once, and a message without lines speaks by its title', () => {
  const messages = [
    {title: 'a.mkv', messages: ['Sample', 'Not enough free space']},
    {title: 'b.mkv', messages: ['Sample']},
    {title: 'Found archive file, might need to be extracted', messages: []},
  ]
  expect(classesOfRow({messages})).toEqual(['sample', 'free_space', 'archive'])
})
