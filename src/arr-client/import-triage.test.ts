import {readFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import {classOfText} from './reject-class.ts'
import {holdingClasses, rejectClasses} from '#model/arr.ts'
import {importTriage, triageOf} from '#model/import-triage.ts'

const of = (...texts: readonly string[]) => triageOf(texts.map((text) => ({text, class: classOfText(text)})))
const givesUp = (actions: readonly string[]) => actions.some((action) => action.startsWith('blocklist'))

/** Each sentence that a real Arr wrote into its queue, once. */
function recorded(): readonly string[] {
  const found = new Set<string>()
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk)
    if (typeof value !== 'object' || value === null) return
    const {statusMessages} = value as {statusMessages?: unknown}
    if (Array.isArray(statusMessages))
      for (const {title, messages} of statusMessages as {title: string; messages: string[]}[])
        for (const text of messages.length === 0 ? [title] : messages) found.add(text)
    Object.values(value).forEach(walk)
  }
  for (const folder of ['radarr-6.1.0', 'sonarr-4.0.19', 'sonarr-5.0.0']) {
    const file = new URL(`../../lab/recordings/${folder}/api.json`, import.meta.url)
    walk(JSON.parse(readFileSync(file, 'utf8')))
  }
  return [...found].toSorted()
}

test('what real Arrs said is all known, and answered like this', () => {
  const texts = recorded()
  expect(texts.length).toBeGreaterThanOrEqual(20)
  const answers = texts.map((text) => [text, classOfText(text), of(text).actions.join(', ')].join(' | '))
  expect(answers.filter((line) => line.includes('| unknown |'))).toEqual([])
  expect(answers.join('\n')).toMatchSnapshot()
})

test('“manual import required” is left to a user, and never answered by giving it up', () => {
  for (const text of [
    'Movie title mismatch, automatic import is not possible. Manual Import required.',
    'Found matching movie via grab history, but release was matched to movie by ID. Manual Import required.',
    'Series title mismatch; automatic import is not possible. Check the download troubleshooting entry on the wiki for common causes.',
    'Something new. Manual Import required.',
  ]) {
    for (const triage of [of(text), of('No audio tracks detected', text)]) {
      expect([text, triage.proposed]).toEqual([text, 'leave'])
      expect(givesUp(triage.actions)).toBe(false)
    }
  }
})

test('what a newer Arr says, or nothing, is left to a user', () => {
  expect(of('Something that a newer Arr says')).toMatchObject({class: 'unknown', actions: ['leave']})
  expect(of()).toMatchObject({class: 'unknown', proposed: 'leave', actions: ['leave']})
  expect(of('Sample', 'Something that a newer Arr says').actions).toEqual(['leave'])
})

test('what is in the way of any release gives none up', () => {
  for (const name of [
    ...holdingClasses,
    'no_files',
    'not_ours',
    'already_imported',
    'error',
    'unknown',
  ] as const)
    expect([name, importTriage[name].actions]).toEqual([name, ['leave']])
  const triage = of('No audio tracks detected', 'Failed to import movie, Root folder missing.')
  expect([triage.class, triage.actions]).toEqual(['root_folder', ['leave']])
})

test('of several reasons the most careful answer counts, and a sample beside others says nothing', () => {
  expect(of('Sample')).toMatchObject({class: 'sample', proposed: 'blocklist_search'})
  expect(of('Sample', 'Found archive file, might need to be extracted')).toMatchObject({
    class: 'archive',
    proposed: 'leave',
  })
  expect(of('One or more movies expected in this release were not imported or missing')).toMatchObject({
    class: 'partial',
    proposed: 'leave',
  })
  const upgrade = 'Not an upgrade for existing movie file. Existing quality: X. New Quality Y.'
  expect(
    of('One or more movies expected in this release were not imported or missing', upgrade),
  ).toMatchObject({class: 'not_upgrade', proposed: 'blocklist'})
  // Two that propose different things: a user says which.
  const both = of(upgrade, 'No audio tracks detected')
  expect([both.proposed, both.actions]).toEqual(['leave', ['leave', 'blocklist', 'blocklist_search']])
})

test('every class has words, and an import is proposed only where it can be proven', () => {
  for (const name of rejectClasses) {
    const {words, actions, isProvable} = importTriage[name]
    expect([name, words.endsWith('.')]).toEqual([name, true])
    if (actions.includes('import')) expect([name, isProvable]).toEqual([name, true])
  }
})
