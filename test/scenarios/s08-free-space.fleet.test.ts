/** The free space that a server tells while its disk is away is that of the disk below: nothing goes by it. */
import {mkdirSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {some} from '#test/proof.ts'
import {newFolder} from '../program/program.fixture.ts'
import {A, elsewhere, HOUR, MINUTE, ScenarioHarness, SETTLED} from './scenario-harness.fixture.ts'

const GiB = 1024 ** 3

let harness: ScenarioHarness
let folder: string
afterEach(async () => {
  await harness.stop()
  rmSync(folder, {recursive: true, force: true})
})

const away = (what: 'emptied' | 'gone') => {
  renameSync(join(folder, 'downloads'), join(folder, 'elsewhere'))
  if (what === 'emptied') mkdirSync(join(folder, 'downloads'))
}
const back = () => {
  rmSync(join(folder, 'downloads'), {recursive: true, force: true})
  renameSync(join(folder, 'elsewhere'), join(folder, 'downloads'))
}

interface Reported {
  readonly free_space?: number
  readonly free_space_unknown?: string
}
const stats = async () => (await harness.acting.api.get<{stats: Reported}>(`/api/servers/${A}`)).stats
const asked = () => harness.acting.api.get<Reported>(`/api/servers/${A}/free-space`)
/** What the dialog of a removal says of the disk. */
const previewed = async (hash: string) => {
  const keys = [{server_id: A, info_hash: hash}]
  const {body} = await harness.acting.api.send('POST', '/api/torrents/removal-preview', {keys})
  return (body as {servers: readonly Reported[]}).servers[0]
}

for (const what of some(1, ['emptied', 'gone'] as const)) {
  test(`S08 while the folder of a disk is ${what} no rule goes by what its server reports of room, and then all do`, async () => {
    folder = newFolder()
    mkdirSync(join(folder, 'downloads'))
    writeFileSync(join(folder, 'downloads/film.mkv'), 'x')
    harness = await ScenarioHarness.start({
      servers: [{name: A, torrents: 3, each: elsewhere}],
      settled: 0,
      config: `
["${A}".PathMappings]
"/srv/downloads" = ${JSON.stringify(join(folder, 'downloads'))}
`,
    })
    const film = harness.put(A, 5_000, {category: 'films'})
    const world = harness.world(A)
    const tags = () => world.get(film.hash)?.tags
    const scope = {categories: ['films']}
    await harness.rule({
      name: 'Low',
      scope,
      when: {fact: 'server.freeBytes', op: 'lt', value: '10 GiB'},
      do: [{action: 'tag', names: ['low']}],
    })
    await harness.rule({
      name: 'Make room',
      reason: 'freeSpace',
      scope,
      when: {fact: 'server.freeBytes', op: 'lt', value: '10 GiB'},
      do: [{action: 'remove'}],
    })
    world.free = 700 * GiB
    await harness.pass(SETTLED)
    expect(await stats()).toMatchObject({free_space: 700 * GiB})
    expect(await previewed(film.hash)).toMatchObject({free_space: 700 * GiB})

    away(what)
    world.free = 2 * GiB
    await harness.pass(HOUR)
    expect(tags()).toEqual([])
    expect(await stats()).toMatchObject({free_space_unknown: expect.stringContaining('/srv/downloads')})
    expect(await stats()).not.toHaveProperty('free_space')
    expect(await asked()).not.toHaveProperty('free_space')
    expect(await previewed(film.hash)).not.toHaveProperty('free_space')
    const sentences = (await harness.why(A, film.hash)).rules.map(({sentence}) => sentence).join('\n')
    expect(sentences).toContain('the disk of /srv/downloads is not to be seen as it was')
    expect(sentences).not.toContain(folder)
    await harness.expectNothingDestructive()

    back()
    world.free = 3 * GiB
    await harness.pass(10 * MINUTE)
    expect(await stats()).toMatchObject({free_space: 3 * GiB})
    expect(await asked()).toMatchObject({free_space: 3 * GiB})
    await harness.acting.until(
      2 * HOUR,
      () => harness.holds(A, film.hash),
      (it) => !it,
    )
    await harness.expectWell()
  })
}
