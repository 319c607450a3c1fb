/** Programs that rules start, for real. */
import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {newFolder} from '../program/program.fixture.ts'
import {A, HOUR, MINUTE, ScenarioHarness} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
const folders: string[] = []
afterEach(async () => {
  await harness.stop()
  for (const folder of folders.splice(0)) rmSync(folder, {recursive: true, force: true})
})

const FIRST = 5_000

async function harnessWith(script: string) {
  const folder = newFolder()
  folders.push(folder)
  const program = join(folder, 'tell.sh')
  writeFileSync(program, `#!/bin/sh\ncd "$(dirname "$0")" || exit 1\n${script}\n`, {mode: 0o755})
  const config = `[Settings]\nPrograms = {tell = ${JSON.stringify(program)}}\n`
  harness = await ScenarioHarness.start({servers: [{name: A, torrents: 5}], config, settled: 0})
  const reported = () =>
    existsSync(join(folder, 'told')) ? readFileSync(join(folder, 'told'), 'utf8').trim().split('\n') : []
  return {folder, reported}
}

const reports = (more: object = {}) => ({
  name: 'Tell',
  scope: {categories: ['films']},
  when: {fact: 'complete', op: 'eq', value: true},
  do: [
    {action: 'exec', program: 'tell', arguments: ['--all']},
    {action: 'tag', names: ['told']},
  ],
  ...more,
})

test('a rule starts its program once for each torrent, and goes on when it ended well', async () => {
  const {folder, reported} = await harnessWith('echo "$1 $COMMODARR_HASH $COMMODARR_NAME" >> told; echo done')
  const {hash} = harness.put(A, FIRST, {category: 'films', name: '$(touch evil) film'})
  await harness.rule(reports())
  await harness.pass(30 * MINUTE)
  expect(reported()).toEqual([`--all ${hash} $(touch evil) film`])
  expect(existsSync(join(folder, 'evil'))).toBe(false)
  expect(await harness.lines(`info_hash=${hash}`)).toEqual(['exec confirmed', 'addTags confirmed'])
  expect((await harness.journal(`info_hash=${hash}`))[0]).toMatchObject({message: 'done'})
  await harness.acting.crash()
  await harness.acting.rise()
  harness.update(A, hash, {tags: []})
  await harness.pass(30 * MINUTE)
  expect(reported()).toHaveLength(1)
  await harness.expectNothingDestructive()
})

test('one that fails is tried again each hour, and nothing behind it is done', async () => {
  const {reported} = await harnessWith('echo again >> told; echo no room >&2; exit 1')
  const {hash} = harness.put(A, FIRST, {category: 'films'})
  await harness.rule(reports())
  await harness.pass(3 * HOUR - 10 * MINUTE)
  expect([reported().length, harness.torrent(A, hash).tags]).toEqual([3, []])
  expect(await harness.journal(`info_hash=${hash}`)).toContainEqual(
    expect.objectContaining({verb: 'exec', phase: 'failed', message: 'It ended with 1. It said: no room'}),
  )
})

test('simulated it starts nothing, and what the configuration does not name is refused when it is saved', async () => {
  const {reported} = await harnessWith('echo again >> told')
  const {hash} = harness.put(A, FIRST, {category: 'films'})
  await harness.rule(reports({mode: 'simulate'}))
  await harness.pass(10 * MINUTE)
  expect([reported(), await harness.lines(`info_hash=${hash}`)]).toEqual([[], ['exec+tag refused simulated']])
  const rule = reports({do: [{action: 'exec', program: '/bin/sh'}]})
  const {status, body} = await harness.acting.api.send('POST', '/api/rules', {rule, confirm: true})
  expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining('tell')])
})
