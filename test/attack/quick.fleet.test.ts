/**
 * The attack in the quick proof: one operation of each kind and every live message, as everybody. All of the API is in
 * `attack.fleet.test.ts`.
 */
import {afterAll, beforeAll, expect, test} from 'vitest'
import {isFull} from '#test/proof.ts'
import {isAlive, type Program} from '../program/program.fixture.ts'
import {PRETENDED, startAttackWorld, type AttackWorld} from './attack-world.fixture.ts'
import {attack, type Attack} from './attack.fixture.ts'
import {faultsOf} from './verdict.ts'

/** What lists and tells, what is secret, what commands, what is somebody's own, what is the house's. */
const operations = [
  'listTorrents',
  'getServerDefinition',
  'exportTorrent',
  'setServerLimits',
  'addServer',
  'changeUser',
]
/** The start of the program, twice, and some hundred requests. */
const LONG_MS = 300_000

let world: AttackWorld
let result: Attack
beforeAll(async () => {
  world = await startAttackWorld({pool: PRETENDED + 40})
  result = await attack(world, {front: world.url, only: ({operation}) => operations.includes(operation)})
}, LONG_MS)
afterAll(() => world?.stop())

test('each sees and changes what is meant, and nothing else', () => {
  expect(result.routes.map(({operation}) => operation).toSorted()).toEqual(operations.toSorted())
  expect(faultsOf(result).map(({id, example}) => `${id}\n    ${example}`)).toEqual([])
})

test('what was refused or only read changed nothing, and no password is shown', () => {
  expect([result.unexplained, result.secrets]).toEqual([[], []])
})

test('a session and a key that have ended let no one in, whatever the clock is thought to say', () => {
  expect(world.openMeanwhile).toEqual([])
})

test.runIf(isFull)('a set-up that fails ends the program that it began', async () => {
  const begun: Program[] = []
  const failing = startAttackWorld({
    pool: 1,
    onProgram(program) {
      begun.push(program)
      throw new Error('it fails here')
    },
  })
  await expect(failing).rejects.toThrow('it fails here')
  expect(begun).toHaveLength(1)
  expect(isAlive(begun[0]!.pid)).toBe(false)
})
