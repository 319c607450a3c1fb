import {expect, test} from 'vitest'
import {arrHarness, draft, sectionNamed} from './arrs-harness.fixture.ts'
import {asArrId} from '#model/arr.ts'
import {DraftInvalid} from '../owned/draft.ts'
import {changesIn} from './section-text.ts'

const was = `[Radarr]
Managed = true
URI = "http://radarr:7878"
Category = "films"
ReSearch = true

[Radarr.Torrent]
StalledDelay = 15

[[Radarr.Torrent.Trackers]]
URI = "one.example"
`

function faultsOf(text: string): readonly unknown[] {
  try {
    changesIn({text, was})
    return []
  } catch (error) {
    if (error instanceof DraftInvalid) return error.faults.map(({field, accepted}) => [field, accepted])
    throw error
  }
}

test('only what differs from the text that a person began with is changed; a key that is taken out goes back to its default', () => {
  const text = was
    .replace('StalledDelay = 15', 'StalledDelay = "1h"\nMaximumETA = -1')
    .replace('ReSearch = true\n', '')
    .replace('"films"', '"cinema"')
  expect(changesIn({text, was})).toEqual({
    patch: {category: 'cinema', settings: {ReSearch: null, Torrent: {StalledDelay: '1h', MaximumETA: -1}}},
    was: {Category: 'films', ReSearch: true, 'Torrent.StalledDelay': 15, 'Torrent.MaximumETA': null},
  })
  expect(changesIn({text: was, was})).toEqual({patch: {}, was: {}})
  // Without the header of the section, and with a row more.
  const bare = 'ReSearch = false\n[[Torrent.Trackers]]\nURI = "two.example"\n'
  expect(changesIn({text: bare, was: 'ReSearch = true\n'}).patch).toEqual({
    settings: {ReSearch: false, Torrent: {Trackers: [{URI: 'two.example'}]}},
  })
})

test('a text that is no TOML, a second section and a value of another kind are named with what is accepted', () => {
  expect(faultsOf('[Radarr]\nManaged = tru\n')).toEqual([['toml', expect.stringMatching(/^TOML; line 2: /)]])
  expect(faultsOf(`${was}[Sonarr]\nManaged = true\n`)).toEqual([['toml', 'one section alone, [Radarr]']])
  expect(faultsOf(was.replace('Managed = true', 'Managed = "on"'))).toEqual([['Managed', 'true or false']])
})

test('the text of an Arr has no secret, and leaving one out does not take it away', async () => {
  const harness = await arrHarness()
  const {id} = await harness.service.create(harness.as('ann'), draft({settings: {ReSearch: true}}))
  const {toml} = harness.service.describe(harness.as('ann'), id)
  expect(toml).not.toContain('canary')
  expect(toml).toContain('# APIKey is set, and not shown.')
  const {patch} = changesIn({text: toml!.replace('ReSearch = true', 'ReSearch = false'), was: toml!})
  expect(patch).toEqual({settings: {ReSearch: false}})
  await harness.service.change(harness.as('ann'), id, patch, false)
  expect(harness.directory.former(id)?.config.APIKey?.reveal()).toBe('canary-key')
  const again = changesIn({text: toml!.replace('URI', 'APIKey = "canary-two"\nURI'), was: toml!})
  await harness.service.change(harness.as('ann'), id, again.patch, false)
  expect(harness.directory.former(id)?.config.APIKey?.reveal()).toBe('canary-two')
  expect(JSON.stringify(await harness.entries())).not.toContain('canary')
})

test('the text of a section with every kind of value says the same when it is read again', async () => {
  const settings = {
    ReSearch: true,
    Torrent: {
      StalledDelay: '1h',
      FileExtensionAllowlist: ['mkv'],
      Trackers: [{URI: 'one.example', MaxUploadRatio: 2}],
    },
    EntrySearch: {QualityProfileMappings: {'HD 1080p': 'Any'}},
  }
  const harness = await arrHarness([sectionNamed('Radarr', settings)])
  harness.directory.setFile({
    arrs: [sectionNamed('Radarr', settings)],
    off: [],
    written: {Radarr: {...settings, URI: 'r'}},
  })
  const {toml} = harness.service.describe(harness.as('ada'), asArrId('Radarr'))
  expect(changesIn({text: toml!, was: ''}).patch.settings).toEqual(settings)
})
