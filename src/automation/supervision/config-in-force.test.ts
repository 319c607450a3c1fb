import {expect, test} from 'vitest'
import {configOf} from '#config/config-text.fixture.ts'
import {asArrId} from '#model/arr.ts'
import type {MediaProbeView} from '#model/arr-service.ts'
import {plainReach} from '#model/server.ts'
import {asServerId, type InfoHash} from '#model/torrent-key.ts'
import {asTrackerProfileId, noLimits, type TrackerProfile} from '#model/tracker-profile.ts'
import {ArrDirectory} from '#registry/arrs/directory.ts'
import {owedBy} from '../manager/owed.ts'
import {subjectWith} from '../manager/torrent-subject.fixture.ts'
import {ConfigInForce} from './config-in-force.ts'

const server = '[qBit]\nHost = "nas.lan"\nPort = 8080\nManagedCategories = ["films"]\n'

async function harness(text: string) {
  const {config} = await configOf(text)
  const directory = new ArrDirectory(
    () => null,
    () => plainReach.anywhere,
    () => true,
    {limitsOf: () => null},
  )
  directory.setFile(config)
  return new ConfigInForce(
    config,
    directory,
    {inForce: () => [], compartmentOf: () => null},
    {view: {version: '7.1'} as MediaProbeView},
    () => false,
    () => null,
  )
}

test('sections are those of the last follow, and a change has effect with the next one', async () => {
  const inForce = await harness('')
  expect(inForce.sections).toEqual([])
  inForce.follow()
  expect(inForce.sections).toEqual([])
  inForce.change((await configOf(server)).config)
  expect(inForce.sections).toEqual([])
  const {rules} = inForce.follow()
  expect(inForce.sections).toHaveLength(1)
  expect(rules.length).toBeGreaterThan(0)
})

test('settings are those of the file that is in force now', async () => {
  const inForce = await harness('[Settings]\nFailedCategory = "failed"\nRecheckCategory = ""\n')
  expect(inForce.passages).toEqual(['failed'])
  inForce.change((await configOf('[Settings]\nFailedCategory = ""\nRecheckCategory = "again"\n')).config)
  expect(inForce.passages).toEqual(['again'])
})

test('a program that the configuration does not name has no path', async () => {
  const inForce = await harness('[Settings.Programs]\nunpack = "/usr/bin/unpack"\n')
  expect(inForce.programs).toEqual(['unpack'])
  expect(inForce.programPath('unpack')).toBe('/usr/bin/unpack')
  expect(inForce.programPath('sh')).toBeNull()
})

test('an Arr that is on has rules of its own for files, and nothing else has', async () => {
  const inForce = await harness(
    '[Radarr-Films]\nURI = "http://arr.lan"\nAPIKey = "key"\nCategory = "films"\nManaged = true\n',
  )
  expect(inForce.fileRules('Radarr-Films')).toMatchObject({FileExtensionAllowlist: expect.any(Array)})
  expect(inForce.fileRules('unwanted')).toBeNull()
})

test('S37 what would be owed goes by the limits of other profiles, too: one may end what private torrents usually owe', async () => {
  const inForce = await harness(`${server}[qBit.CategorySeeding]\nRemoveTorrent = 1\n`)
  inForce.follow()
  const profile: TrackerProfile = {
    id: asTrackerProfileId('t_1'),
    ownerId: null,
    revision: 1,
    name: 'Tide',
    colour: null,
    hosts: ['a.tide.example'],
    servers: null,
    obligation: null,
    limits: {...noLimits, maxRatio: 2},
    phrases: {unregistered: [], ignored: []},
  }
  const row = {isPrivate: true, category: 'films', trackerHosts: ['a.tide.example']}
  const subject = subjectWith({row: {...row, key: {serverId: asServerId('qBit'), hash: 'a' as InfoHash}}})
  const owed = (profiles: readonly TrackerProfile[]) => {
    const its = profiles.map((one) => ({profile: one, owesOn: null, limitsOn: null, compartment: null}))
    return owedBy({...inForce.owingWith(its), lostTimes: []}, subject)
  }
  expect(owed([])).toBeNull()
  expect(owed([profile])).toMatchObject({need: 'nothing'})
})

test('rules that would follow from another section are those that are not there yet or say something else, and no others', async () => {
  const arr = '[Radarr]\nManaged = true\nURI = "http://r:1"\nAPIKey = "k"\nCategory = "films"\n'
  const inForce = await harness(arr)
  inForce.follow()
  const sectionOf = async (more: string) => (await configOf(`${arr}${more}`)).config.arrs[0]!
  const following = async (more: string) =>
    inForce
      .rulesWith(asArrId('Radarr'), await sectionOf(more))
      .map(({rule, isNew}) => `${rule.id} ${isNew ? 'new' : 'other'}`)
  expect(await following('')).toEqual([])
  expect(await following('[Radarr.Torrent.SeedingMode]\nRemoveTorrent = 3\nMaxUploadRatio = 2\n')).toContain(
    'radarr.seeded new',
  )
  const sooner = await following('[Radarr.Torrent]\nStalledDelay = 5\n')
  expect(sooner).toContain('radarr.stalled other')
  expect(sooner.filter((it) => it.startsWith('radarr.slow'))).toEqual([])
  // Nothing was changed by asking.
  expect(inForce.sections[0]?.stalledDelay).toBe(15 * 60)
  expect(inForce.rulesWith(asArrId('Sonarr'), await sectionOf(''))).toEqual([])
})
