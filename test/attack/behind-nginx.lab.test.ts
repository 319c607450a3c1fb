/** The same attack behind nginx with `proxy_pass` alone, as people begin: it makes nobody more than he is. */
import {afterAll, beforeAll, expect, test} from 'vitest'
import {startNginx} from '#lab/daemons/nginx.ts'
import {attackWhole, type Attack} from './attack.fixture.ts'
import {attackFirstRun} from './first-run.fixture.ts'
import {faultsOf} from './verdict.ts'

/** The whole API, as everybody. */
const LONG_MS = 60 * 60_000

/** All people share the address of the proxy: guesses of anybody hold back who logs in there (docs/use/accounts.md). */
const heldBack = /^logIn: known \| .* \| cannot change o$/

const stopping: {stop(): Promise<unknown>}[] = []
let result: Attack
beforeAll(async () => {
  result = await attackWhole(async (world) => {
    stopping.push(world)
    const nginx = await startNginx({behind: {http: world.url}, path: '/', isBare: true})
    stopping.push(nginx)
    return nginx.url
  })
}, LONG_MS)
afterAll(async () => {
  for (const it of stopping.toReversed()) await it.stop()
})

test('each sees and changes what is meant, and nothing else', () => {
  const faults = faultsOf(result).filter(({id}) => !heldBack.test(id))
  expect(faults.map(({id, example}) => `${id}\n    ${example}`)).toEqual([])
})

test('what was refused or only read changed nothing, and no secret is shown', () => {
  expect([result.unexplained, result.secrets]).toEqual([[], []])
})

test('before the first account strangers change nothing, and keep no one out who has the token', async () => {
  const {found, unattacked} = await attackFirstRun(async (url) => {
    const nginx = await startNginx({behind: {http: url}, path: '/', isBare: true})
    stopping.push(nginx)
    return nginx.url
  })
  expect(found).toEqual(unattacked)
}, 300_000)
