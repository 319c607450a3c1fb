/** A word that nobody tells would be unknown for ever, and its rule with it. */
import {expect, test} from 'vitest'
import {topics} from '#automation/facts/fact-topics.ts'
import {factsOfManagers} from '#automation/manager/torrent-facts.ts'
import {askedFacts, factNames, factOf, isRuleSubject, type FactName, type RuleSubject} from '#model/fact.ts'
import {factsOfPaths} from '#orphans/path-facts.ts'
import {factsOfWanted} from '#searching/wanted-facts.ts'

const reported: Readonly<Record<RuleSubject, ReadonlySet<FactName>>> = {
  torrent: new Set([...factsOfManagers, ...topics.flatMap(({facts}) => facts)]),
  wanted: new Set(factsOfWanted),
  path: new Set(factsOfPaths),
}

test.each(askedFacts)('a source says what `%s` is, of each subject that a rule may ask it of', (name) => {
  const subjects = factOf(name).subjects.filter(isRuleSubject)
  expect(subjects.filter((subject) => !reported[subject].has(name))).toEqual([])
})

test('what is looked up is marked as costly unless the list has it too, and is a fact of torrents', () => {
  const ofLooks = topics.flatMap(({facts}) => facts)
  const listed = new Set<FactName>(factsOfManagers)
  expect(ofLooks.filter((name) => factOf(name).cost !== 'lazy' && !listed.has(name))).toEqual([])
  expect(ofLooks.filter((name) => !factOf(name).subjects.includes('torrent'))).toEqual([])
})

test('what no rule may ask is of single files, or planned', () => {
  const others = factNames.filter((name) => !askedFacts.includes(name))
  expect(others.filter((name) => !name.startsWith('file.'))).toEqual(['arr.requested'])
})
