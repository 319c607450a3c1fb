import {describe, expect, test} from 'vitest'
import type {SearchReason} from '#model/searching.ts'
import {evaluate, holdOfUnit, type ItemHolds, type SearchChoice, type UnitHolds} from './evaluate.ts'
import {choiceOfAll, DAY_MS, episode, film, HOUR_MS, NOW, profile} from './searching.fixture.ts'

const free: ItemHolds = {isQueued: false, isHeld: false, loopUntil: null, hasTemporaryProfile: false}
const quiet: UnitHolds = {isSearching: false, restsUntil: null, wasSearched: false, elsewhereUntil: null}
const none: SearchChoice = {
  ...choiceOfAll,
  missing: false,
  today: false,
  minimum: false,
  cutoff: false,
  score: false,
}

function found(
  item: Partial<Parameters<typeof evaluate>[0]>,
  {
    choice = {},
    of = {},
    holds = {},
    wishes = [],
  }: {
    choice?: Partial<SearchChoice>
    of?: Partial<typeof profile> | null
    holds?: Partial<ItemHolds>
    wishes?: readonly SearchReason[]
  } = {},
) {
  const base = item.kind === 'episode' ? episode(1) : film(1)
  return evaluate({...base, ...item}, of === null ? null : {...profile, ...of}, {
    holds: {...free, ...holds},
    wishes,
    choice: {...choiceOfAll, ...choice},
    now: NOW,
  })
}

const have = {hasFile: true, belowCutoff: false, score: 100} as const

describe('why something is searched', () => {
  test.each<[string, Parameters<typeof found>, readonly SearchReason[] | undefined]>([
    ['a missing film', [{}], ['missing']],
    ['a missing film where nothing missing is wanted', [{}, {choice: {missing: false}}], undefined],
    ['a film with a good file', [have], undefined],
    ['a file below the least score', [{...have, score: -5}], ['minimum', 'score']],
    ['a file below the score where upgrades end', [{...have, score: 50}], ['score']],
    ['a file whose score is not read', [{...have, score: null}], undefined],
    ['a file below the cut-off', [{...have, belowCutoff: true}], ['cutoff']],
    ['any file, where upgrades are wanted', [have, {choice: {...none, upgrade: true}}], ['upgrade']],
    [
      'an unknown score, where upgrades are wanted',
      [{...have, score: null}, {choice: {...none, upgrade: true}}],
      ['upgrade'],
    ],
    [
      'Q33 only files below the cut-off, of a missing film',
      [{}, {choice: {...none, cutoff: true}}],
      undefined,
    ],
    [
      'Q33 only files below the cut-off, of one',
      [{...have, belowCutoff: true}, {choice: {...none, cutoff: true}}],
      ['cutoff'],
    ],
    [
      'an episode of two hours ago',
      [{kind: 'episode', availableAt: NOW - 2 * HOUR_MS}],
      ['today', 'missing'],
    ],
    ['an episode of yesterday', [{kind: 'episode', availableAt: NOW - DAY_MS}], ['missing']],
    [
      'an episode of today, where that comes not first',
      [{kind: 'episode', availableAt: NOW - 2 * HOUR_MS}, {choice: {today: false}}],
      ['missing'],
    ],
    ['a film of today', [{availableAt: NOW - 2 * HOUR_MS}], ['missing']],
    ['a special', [{kind: 'episode', seasonNumber: 0}], undefined],
    [
      'a special, where those are wanted',
      [{kind: 'episode', seasonNumber: 0}, {choice: {specials: true}}],
      ['missing'],
    ],
    ['what is not monitored', [{monitored: false}], undefined],
    [
      'what is not monitored, where that is wanted',
      [{monitored: false}, {choice: {unmonitored: true}}],
      ['missing'],
    ],
    ['a wish beside what is missing', [{}, {wishes: ['request']}], ['request', 'missing']],
    ['a wish for what has a good file', [have, {wishes: ['person']}], ['person']],
  ])('%s', (_, args, reasons) => {
    expect(found(...args)?.reasons).toEqual(reasons)
  })
})

describe('what holds an item', () => {
  test.each<[string, Parameters<typeof found>, string | null, number?]>([
    ['nothing', [{}], null],
    ['Q4 not monitored, also for a wish', [{monitored: false}, {wishes: ['person']}], 'unmonitored'],
    ['Q4 no date', [{availableAt: null}], 'unreleased'],
    ['Q4 an episode without a date', [{kind: 'episode', availableAt: null}], 'unreleased'],
    ['Q4 a film of the year 0', [{year: 0}], 'unreleased'],
    ['Q4 out tomorrow', [{availableAt: NOW + DAY_MS}], 'unreleased', NOW + DAY_MS],
    ['out an hour ago', [{availableAt: NOW - HOUR_MS}], 'grace', NOW + HOUR_MS],
    ['out an hour ago, for a person', [{availableAt: NOW - HOUR_MS}, {wishes: ['person']}], null],
    ['out an hour ago, after a failure', [{availableAt: NOW - HOUR_MS}, {wishes: ['failure']}], null],
    [
      'out an hour ago, for a request',
      [{availableAt: NOW - HOUR_MS}, {wishes: ['request']}],
      'grace',
      NOW + HOUR_MS,
    ],
    [
      'Q6 a delay of a day for torrents',
      [{availableAt: NOW - 3 * HOUR_MS}, {of: {delayMs: DAY_MS}}],
      'grace',
      NOW + 21 * HOUR_MS,
    ],
    ['Q29 a row in the queue', [{}, {holds: {isQueued: true}}], 'in_queue'],
    ['Q29 a row in the queue, for a person', [{}, {holds: {isQueued: true}, wishes: ['person']}], 'in_queue'],
    ['held by a person', [{}, {holds: {isHeld: true}}], 'held'],
    ['held by a person who wants it searched now', [{}, {holds: {isHeld: true}, wishes: ['person']}], null],
    [
      'releases that were given up again and again',
      [{}, {holds: {loopUntil: NOW + DAY_MS}}],
      'loop',
      NOW + DAY_MS,
    ],
    ['the same, for a failure', [{}, {holds: {loopUntil: NOW + 1}, wishes: ['failure']}], 'loop'],
    ['the same, for a person', [{}, {holds: {loopUntil: NOW + 1}, wishes: ['person']}], null],
    ['the same a week ago', [{}, {holds: {loopUntil: NOW}}], null],
    ['a tag', [{}, {of: {isSkipped: true}}], 'skip_tag'],
    ['a profile that is not known', [{}, {of: null}], 'unknown'],
    ['no indexer', [{}, {of: {indexers: []}}], 'no_indexer'],
    [
      'Q30 no upgrades',
      [{...have, score: 0, belowCutoff: true}, {of: {upgradeAllowed: false}}],
      'no_upgrade',
    ],
    ['Q30 cut-off and score are reached', [have, {choice: {upgrade: true}}], 'no_upgrade'],
    [
      'cut-off is reached, and the score is not known',
      [{...have, score: null}, {choice: {upgrade: true}}],
      null,
    ],
    ['no upgrades, and it is missing', [{}, {of: {upgradeAllowed: false}}], null],
    ['a temporary profile', [{...have, score: 0}, {holds: {hasTemporaryProfile: true}}], 'temporary_profile'],
    ['a temporary profile, and it is missing', [{}, {holds: {hasTemporaryProfile: true}}], null],
  ])('%s', (_, args, code, until) => {
    const evaluated = found(...args)
    expect(evaluated).not.toBeNull()
    expect(evaluated!.hold?.code ?? null).toBe(code)
    if (until !== undefined) expect(evaluated!.hold?.until).toBe(until)
  })

  test('Q5 what is out at midnight in UTC is ready when its grace is over, whatever the hour is elsewhere', () => {
    const availableAt = Date.UTC(2026, 0, 1)
    const at = (now: number) =>
      evaluate(film(1, {availableAt}), profile, {holds: free, wishes: [], choice: choiceOfAll, now})?.hold
    expect(at(availableAt - 1)).toEqual({code: 'unreleased', until: availableAt})
    expect(at(availableAt)).toEqual({code: 'grace', until: availableAt + 2 * HOUR_MS})
    expect(at(availableAt + 2 * HOUR_MS)).toBeNull()
  })
})

describe('what holds the unit that is searched', () => {
  test.each<[string, readonly [SearchReason], Partial<UnitHolds>, Partial<SearchChoice>, string | null]>([
    ['nothing', ['missing'], {}, {}, null],
    ['a search that runs', ['missing'], {isSearching: true}, {}, 'running'],
    ['a search that runs, for a person', ['person'], {isSearching: true}, {}, 'running'],
    ['a rest', ['missing'], {restsUntil: NOW + 1}, {}, 'resting'],
    ['a rest that is over', ['missing'], {restsUntil: NOW}, {}, null],
    ['a rest, for a person', ['person'], {restsUntil: NOW + 1}, {}, null],
    ['a rest, after a failure', ['failure'], {restsUntil: NOW + 1}, {}, null],
    ['a rest, for a request', ['request'], {restsUntil: NOW + 1}, {}, 'resting'],
    ['a search, where one is enough', ['missing'], {wasSearched: true}, {onlyOnce: true}, 'searched_enough'],
    ['a search, where it is repeated', ['missing'], {wasSearched: true}, {}, null],
    ['a search through another Arr', ['missing'], {elsewhereUntil: NOW + 1}, {}, 'elsewhere'],
    ['a search through another Arr, for a person', ['person'], {elsewhereUntil: NOW + 1}, {}, null],
  ])('%s', (_, reasons, unit, choice, code) => {
    expect(holdOfUnit(reasons, {...quiet, ...unit}, {...choiceOfAll, ...choice}, NOW)?.code ?? null).toBe(
      code,
    )
  })
})
