/** The same attack behind nginx with `proxy_pass` alone, as people begin: it makes nobody more than he is. */
import {afterAll, beforeAll, expect, test} from 'vitest'
import {startNginx, type Nginx} from '#lab/daemons/nginx.ts'
import {startAttackWorld, type AttackWorld} from './attack-world.fixture.ts'
import {attack, type Attack} from './attack.fixture.ts'
import {faultsOf} from './verdict.ts'

/** The whole API, as everybody. */
const LONG_MS = 60 * 60_000

let world: AttackWorld
let nginx: Nginx
let result: Attack
beforeAll(async () => {
  world = await startAttackWorld()
  nginx = await startNginx({behind: {http: world.url}, path: '/', isBare: true})
  result = await attack(world, {front: nginx.url})
}, LONG_MS)
afterAll(async () => {
  await nginx?.stop()
  await world?.stop()
})

test('each sees and changes what is meant, and nothing else', () => {
  expect(faultsOf(result).map(({id, example}) => `${id}\n    ${example}`)).toEqual([])
})

test('what was refused or only read changed nothing, and no secret is told', () => {
  expect([result.unexplained, result.secrets]).toEqual([[], []])
})
