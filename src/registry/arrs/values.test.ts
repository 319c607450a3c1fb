import {expect, test} from 'vitest'
import {Secret} from '#model/secret.ts'
import {asArrId} from '#model/arr.ts'
import {arrHarness, draft, sectionNamed} from './arrs-harness.fixture.ts'

const said = (
  key: string,
  line: number | null,
  variable: string | null = null,
  value: string | null = null,
) => ({section: 'Radarr', key, line, variable, value})

test('an Arr shows what it goes by and where each value comes from: file, variable or page', async () => {
  const harness = await arrHarness([sectionNamed('Radarr', {ReSearch: true})])
  harness.world.said.set('Radarr', {
    keys: {
      URI: 'r',
      APIKey: new Secret('canary'),
      ReSearch: true,
      Torrent: {StalledDelay: 7},
      EntrySearch: {QualityProfileMappings: {HD: 'Any'}, Ombi: {OmbiAPIKey: new Secret('canary')}},
    },
    values: [
      said('URI', 2),
      said('ReSearch', 4, 'COMMODARR__RADARR__RESEARCH', 'true'),
      said('Torrent.StalledDelay', 6),
      said('EntrySearch.QualityProfileMappings.HD', 9),
      said('Nonsense', 10),
    ],
  })
  const described = harness.service.describe(harness.as('ada'), asArrId('Radarr'))
  expect(described.inForce).toMatchObject({ReSearch: true, Torrent: {StalledDelay: 7}})
  expect(described.inForce).not.toHaveProperty('URI')
  expect(JSON.stringify(described.inForce)).not.toContain('canary')
  const sources = described.sources.map(({key, from, line, variable}) => [key, from, line, variable])
  expect(sources).toEqual([
    ['URI', 'file', 2, null],
    ['ReSearch', 'variable', 4, 'COMMODARR__RADARR__RESEARCH'],
    ['Torrent.StalledDelay', 'file', 6, null],
    ['EntrySearch.QualityProfileMappings', 'file', 9, null],
  ])
})

test('what a person set of an Arr that they added comes from the pages, and nothing of it from a file', async () => {
  const harness = await arrHarness()
  const {id} = await harness.service.create(
    harness.as('ann'),
    draft({settings: {Torrent: {StalledDelay: 2}}}),
  )
  const {inForce, sources, settings} = harness.service.describe(harness.as('ann'), id)
  expect(inForce).toEqual(settings)
  expect(sources).toEqual([
    {key: 'Torrent.StalledDelay', from: 'pages', line: null, variable: null, value: null},
  ])
})
