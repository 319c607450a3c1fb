import {expect, test} from 'vitest'
import {mistakesInSection} from './section-mistakes.ts'

const typed = `[Radarr]
URI = "r"
[Radarr.Torrent]
StalledDelay = "soon"
[Radarr.EntrySearch.Ombi]
ApprovedOnly = true
[Radarr.EntrySearch.Overseerr]
ApprovedOnly = 3
`
const lines = (fields: readonly {field: string; found?: unknown; accepted: string}[]) =>
  mistakesInSection({fields}, typed).map(({key, line}) => [key, line])

test('a mistake of a section stands at the line of its key, also where another table has one of this name', () => {
  expect(
    lines([
      {field: 'settings.Torrent.StalledDelay', found: 'soon', accepted: 'minutes'},
      {field: 'settings.EntrySearch.Overseerr.ApprovedOnly', found: '3', accepted: 'true or false'},
      {field: 'url', accepted: 'an address'},
      {field: 'toml', accepted: 'TOML; line 4: unterminated string'},
      {field: 'settings.Nonsense', accepted: 'a key'},
    ]),
  ).toEqual([
    ['Torrent.StalledDelay', 4],
    ['EntrySearch.Overseerr.ApprovedOnly', 8],
    ['URI', 2],
    ['', 4],
    ['Nonsense', null],
  ])
})
