import {beforeAll, expect, test} from 'vitest'
import type {FilePriority} from '#model/command.ts'
import {speakEnglish} from '../../i18n/english.fixture.ts'
import {reasonAgainst, reasonAgainstPriority} from './add-options.ts'

beforeAll(speakEnglish)

function server(name: string, takes: FilePriority[]) {
  const reason = `Only ${takes.join(' and ')}.`
  return {
    server_name: name,
    features: [{name: 'setFilePriority', support: 'limited' as const, reason, takes}],
  }
}

test('a priority can be given when every selected server has it; else the first that lacks it says why', () => {
  const [nas, loft] = [server('nas', ['skip', 'normal', 'high']), server('loft', ['skip', 'normal'])]
  expect(reasonAgainstPriority('high', [nas])).toBeUndefined()
  expect(reasonAgainstPriority('high', [nas, loft])).toMatch(/loft.*Only skip and normal/)
  expect(reasonAgainstPriority('normal', [nas, loft])).toBeUndefined()
})

test('of a server that has not said yet what it can do nothing is held back', () => {
  const quiet = {server_name: 'attic', features: null}
  expect([reasonAgainst('setFilePriority', [quiet]), reasonAgainstPriority('high', [quiet])]).toEqual([
    undefined,
    undefined,
  ])
})
