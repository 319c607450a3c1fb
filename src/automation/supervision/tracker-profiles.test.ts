/** A tracker profile of the pages, and the same words as a row of `config.toml`: they decide alike, and the stricter wins. */
import fc from 'fast-check'
import {expect, test} from 'vitest'
import {configOf} from '#config/config-text.fixture.ts'
import {usualSettings} from '#config/load.ts'
import {asUserId} from '#model/access.ts'
import {obligationState, type Seeding} from '#rules/obligation.ts'
import {noLimits, type TrackerObligation, type TrackerProfile} from '#model/tracker-profile.ts'
import {asServerId} from '#model/torrent-key.ts'
import {DAY} from '#model/units.ts'
import type {TrackerProfileInForce} from '#registry/trackers/directory.ts'
import {broaderIds} from '#rules/presets/preset.ts'
import {owned, unsound, wants} from '#rules/presets/inherited.fixture.ts'
import {arrPresets, profilePresets} from '#rules/presets/presets.ts'
import {owedBy} from '../manager/owed.ts'
import {subjectWith} from '../manager/torrent-subject.fixture.ts'
import {inheritedOf} from './inherited-of.fixture.ts'
import {inheritedSections, owingProfiles, type Inherited} from './inherited-sections.ts'
import {presetsInForce} from './presets-in-force.ts'

/** Not the domain itself: a row of the file is about one host. */
const HOST = 'tracker.tidemark.example'
const servers = '[qBit]\nHost = "nas.lan"\nPort = 8080\n'
const arr =
  '[Radarr-Films]\nURI = "http://arr.lan"\nAPIKey = "key"\nCategory = "films"\nManaged = true\n' +
  '[Radarr-Films.Torrent.SeedingMode]\nMaxUploadRatio = 3\nRemoveTorrent = 1\n'

interface Words {
  readonly obligation: TrackerObligation | null
  readonly maxRatio: number | null
  readonly maxSeedingTime: number | null
  readonly priority: number | null
}

const obligations = fc.record({
  need: fc.constantFrom('both', 'either'),
  ratio: fc.constantFrom(0.5, 1, 2.5),
  time: fc.constantFrom(0, 3 * DAY, 14 * DAY),
  grace: fc.constantFrom(0, 3_600),
  fromProgress: fc.constantFrom(0, 0.1, 0.5),
  partialRatio: fc.constantFrom(0.5, 1),
}) satisfies fc.Arbitrary<TrackerObligation>
const words: fc.Arbitrary<Words> = fc.record({
  obligation: fc.option(obligations),
  maxRatio: fc.option(fc.constantFrom(1.5, 4)),
  maxSeedingTime: fc.option(fc.constantFrom(DAY, 30 * DAY)),
  priority: fc.option(fc.constantFrom(-5, 0, 7)),
})
const seen: fc.Arbitrary<Seeding> = fc.record({
  complete: fc.constantFrom(true, false, undefined),
  wasComplete: fc.boolean(),
  progress: fc.constantFrom(0.05, 0.3, 1, undefined),
  ratio: fc.constantFrom(0, 0.7, 1.2, 3, undefined),
  seedingTime: fc.constantFrom(0, 2 * DAY, 4 * DAY, 20 * DAY, undefined),
  seedingObserved: fc.constantFrom(0, 5 * DAY, undefined),
  isForgotten: fc.boolean(),
})

function profileOf(
  {obligation, maxRatio, maxSeedingTime, priority}: Words,
  hosts: readonly string[] = [HOST],
): TrackerProfile {
  const limits = {...noLimits, maxRatio, maxSeedingTime, priority}
  const phrases = {unregistered: [], ignored: []}
  const about = {id: 't_1' as TrackerProfile['id'], ownerId: null, revision: 1, colour: null, servers: null}
  return {...about, name: HOST, hosts, obligation, limits, phrases}
}

function inForce(profile: TrackerProfile): TrackerProfileInForce {
  return {profile, owesOn: null, limitsOn: null, compartment: null}
}

function rowOf({obligation, maxRatio, maxSeedingTime, priority}: Words): string {
  const keys: readonly (readonly [string, number | string | null])[] = [
    ['MaxUploadRatio', maxRatio],
    ['MaxSeedingTime', maxSeedingTime],
    ['Priority', priority],
    ...(obligation === null
      ? []
      : ([
          ['HitAndRunMode', obligation.need === 'both' ? '"and"' : '"or"'],
          ['MinSeedRatio', obligation.ratio],
          ['MinSeedingTimeDays', obligation.time / DAY],
          ['TrackerUpdateBuffer', obligation.grace],
          ['HitAndRunMinimumDownloadPercent', obligation.fromProgress * 100],
          ['HitAndRunPartialSeedRatio', obligation.partialRatio],
        ] as const)),
  ]
  const lines = keys.flatMap(([key, value]) => (value === null ? [] : [`${key} = ${value}`]))
  return `[[qBit.Trackers]]\nURI = "${HOST}"\n${lines.join('\n')}\n`
}

const sectionsOf = async (text: string, profiles: readonly TrackerProfile[]) =>
  inheritedOf(await configOf(`${servers}${text}${arr}`), profiles.map(inForce))

/** What a torrent owes by all of it. @param its of no Arr, or of that Arr */
function owedIn(
  {arrs, categories, unmanaged}: Inherited,
  profiles: readonly TrackerProfile[],
  its: {
    readonly isPrivate?: boolean | undefined
    readonly category: string
    readonly hosts?: readonly string[]
  },
) {
  const {isPrivate, category, hosts = [HOST, 'other.example']} = its
  const subject = subjectWith({row: {isPrivate, category, trackerHosts: hosts}})
  const owing = {sections: [...arrs, ...categories], unmanaged, lostTimes: []}
  return owedBy({...owing, profiles: owingProfiles(profiles.map(inForce))}, subject)
}

test('B.9 a profile and the same row of the configuration have a torrent owe the same, and seed as long', async () => {
  await fc.assert(
    fc.asyncProperty(
      words,
      seen,
      fc.constantFrom(true, false, undefined),
      fc.constantFrom('films', 'other'),
      async (said, torrent, isPrivate, category) => {
        const profile = profileOf(said)
        const byFile = await sectionsOf(rowOf(said), [])
        const byPage = await sectionsOf('', [profile])
        const file = owedIn(byFile, [], {isPrivate, category})
        const page = owedIn(byPage, [profile], {isPrivate, category})
        expect(page).toEqual(file)
        expect(obligationState(page, torrent)).toEqual(obligationState(file, torrent))
        expect(byPage.arrs.flatMap(arrPresets)).toEqual(byFile.arrs.flatMap(arrPresets))
      },
    ),
    {numRuns: 30},
  )
})

test('B.9 of a profile and a row of the configuration the stricter holds, whichever it is', async () => {
  const strictness = ['none', 'yes', 'unknown', 'no']
  await fc.assert(
    fc.asyncProperty(words, words, seen, async (file, page, torrent) => {
      const profile = profileOf(page)
      const both = owedIn(await sectionsOf(rowOf(file), [profile]), [profile], {category: 'other'})
      const alone = [
        owedIn(await sectionsOf(rowOf(file), []), [], {category: 'other'}),
        owedIn(await sectionsOf('', [profile]), [profile], {category: 'other'}),
      ]
      const together = strictness.indexOf(obligationState(both, torrent).met)
      for (const one of alone) {
        expect(together).toBeGreaterThanOrEqual(strictness.indexOf(obligationState(one, torrent).met))
      }
    }),
    {numRuns: 30},
  )
})

test('B.9 a domain of a profile stands for each host in it, and what cannot be read is owed', async () => {
  const obligation: TrackerObligation = {
    need: 'either',
    ratio: 1,
    time: 3 * DAY,
    grace: 0,
    fromProgress: 0.1,
    partialRatio: 1,
  }
  const profile = profileOf({obligation, maxRatio: null, maxSeedingTime: null, priority: null}, [
    'tidemark.example',
    'tide.example',
  ])
  const sections = await sectionsOf('', [profile])
  const owed = (hosts: readonly string[] | undefined) =>
    owedIn(sections, [profile], {category: 'other', isPrivate: false, ...(hosts && {hosts})})
  for (const host of ['tidemark.example', 'a.b.tidemark.example', 'TIDE.example'])
    expect([host, owed([host])?.profile]).toEqual([host, HOST])
  for (const host of ['nottidemark.example', 'tidemark.example.org'])
    expect([host, owed([host])]).toEqual([host, null])
  const unread = subjectWith({row: {isPrivate: false, category: 'other', trackerHosts: undefined}})
  const owing = {sections: [], unmanaged: sections.unmanaged, lostTimes: []}
  const profiles = owingProfiles([inForce(profile)])
  expect(owedBy({...owing, profiles}, unread)?.profile).toBe('trackers cannot be read')
})

test('limits of a member’s profile are in no section of the file, and their hosts are not named there', async () => {
  const limited = {obligation: null, maxRatio: 2, maxSeedingTime: null, priority: null}
  const of = (owner: string | null): TrackerProfileInForce => ({
    ...inForce(profileOf(limited)),
    compartment: owner as TrackerProfileInForce['compartment'],
  })
  const loaded = await configOf(`${servers}${arr}`)
  const text = (profile: TrackerProfileInForce) => {
    const {others: _ofProfiles, ...ofFile} = inheritedOf(loaded, [profile])
    return JSON.stringify(ofFile)
  }
  expect(text(of(null))).toContain(HOST)
  expect(text(of('ann'))).not.toContain(HOST)
})

test('words of a profile are heard where its owner manages, also where something is still owed elsewhere', () => {
  const profile = profileOf({obligation: null, maxRatio: null, maxSeedingTime: null, priority: null})
  const [owesOn, limitsOn] = [['nas', 'box'], ['nas']].map((ids) => ids.map(asServerId))
  const [of] = owingProfiles([{profile, owesOn: owesOn!, limitsOn: limitsOn!, compartment: null}])
  expect(of).toMatchObject({servers: ['nas', 'box'], phrasesOn: ['nas']})
})

test('each rule that a limit on one server makes is found below the rule that decided there before', async () => {
  const limited = profileOf({obligation: null, maxRatio: 2, maxSeedingTime: null, priority: null})
  const on: TrackerProfileInForce = {...inForce(limited), limitsOn: [asServerId('NAS 1')]}
  const {arrs} = inheritedOf(await configOf(`${servers}${arr}`), [on])
  const seeded = arrs.flatMap(arrPresets).filter(({id}) => id.startsWith('radarr-films.seeded'))
  const below = seeded.map(({id}) => [id, broaderIds(id, ['NAS 1'])])
  const base = 'radarr-films.seeded'
  expect(below).toEqual([
    [base, []],
    [`${base}.nas-1.${HOST}`, [`${base}.${HOST}`, `${base}.nas-1`, base]],
    [`${base}.nas-1`, [base]],
  ])
})

const limits = {...noLimits, upRate: 5_000, superSeed: true, tags: ['tide'], maxRatio: 2}
const limiting = (changes: Partial<TrackerProfileInForce> = {}): TrackerProfileInForce => {
  const profile = profileOf({obligation: null, maxRatio: null, maxSeedingTime: null, priority: null})
  return {...inForce({...profile, limits}), ...changes}
}

test('speeds, super seeding and tags of a profile are for torrents without an Arr and a managed category too, and nothing of them is removed', async () => {
  const {others} = inheritedOf(
    await configOf('[qBit]\nHost = "nas.lan"\nPort = 8080\nManagedCategories = ["linux"]\n'),
    [limiting()],
  )
  const rules = others.flatMap(profilePresets)
  expect(rules.map(({id}) => id.split('.')[1])).toEqual(['tracker-tags', 'super-seeding', 'up-limit'])
  expect(rules.flatMap((rule) => rule.do).map(({action}) => action)).toEqual(['tag', 'superSeed', 'limits'])
  expect(unsound(rules)).toEqual([])
  const up = rules.find(({id}) => id.includes('up-limit'))!
  const seeds = {...owned, 'arr.id': null, category: 'other', 'tracker.hosts': [HOST], upLimit: null}
  expect([
    wants(up, seeds),
    wants(up, {...seeds, upLimit: 5_000}),
    wants(up, {...seeds, 'tracker.hosts': ['other.example']}),
    wants(up, {...seeds, 'arr.id': 'Radarr-Films'}),
    wants(up, {...seeds, category: 'linux'}),
    wants(up, {...seeds, category: 'linux', 'server.id': 'added-here'}),
  ]).toEqual(['yes', 'no', 'no', 'no', 'no', 'yes'])
})

test('limits of each owner are rules in the name of that owner, on the servers where that owner manages', () => {
  const ann = asUserId('id-ann')
  const inherited = inheritedSections({
    ...emptyConfig,
    arrs: [],
    arrCategories: [],
    profiles: [limiting(), limiting({limitsOn: [asServerId('anns')], compartment: ann})],
    compartmentOf: () => null,
    observes: false,
    hasFfprobe: false,
  })
  const directory = {active: () => [], card: () => null}
  const {rules, authorities} = presetsInForce({
    config: emptyConfig,
    inherited,
    directory,
    observes: false,
    confirmed: null,
  })
  const ups = rules.filter(({id}) => id.includes('.up-limit'))
  expect(ups.map(({id, name}) => [name, authorities.get(id)])).toEqual([
    [`Trackers: upload limit (${HOST})`, undefined],
    [`Trackers: upload limit (${HOST} on anns)`, {owner: ann, ceilings: []}],
  ])
  expect(new Set(rules.map(({id}) => id)).size).toBe(rules.length)
})

test('a profile that limits nothing makes no rule', async () => {
  const {others} = await sectionsOf('', [
    profileOf({obligation: null, maxRatio: null, maxSeedingTime: null, priority: null}),
  ])
  expect(others).toEqual([])
})

const emptyConfig = {
  settings: usualSettings,
  serverRules: new Map(),
  otherTrackers: new Map(),
  prowlarrs: [],
  said: new Set<string>(),
  isInherited: false,
  isWrittenByQbitrr: false,
}
