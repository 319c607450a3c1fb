/** Rules: those of the configuration, and those that people write. */
import {keepPreviousData, queryOptions} from '@tanstack/react-query'
import type {z} from 'zod'
import type {
  ListedRuleSchema,
  RuleDefinitionSchema,
  RuleExampleSchema,
  RuleOverlapsSchema,
  RulePreviewSchema,
  RuleRunBody,
  RuleSchema,
  RuleTalliesSchema,
  RuleVersionsSchema,
  VocabularySchema,
} from '#http/schemas/rules.ts'
import {OneByOne} from '../lib/one-by-one.ts'
import {ask, pathOf} from './ask.ts'
import {queries} from './queries.ts'

export type Rule = z.output<typeof RuleSchema>
export type RuleDefinition = z.output<typeof RuleDefinitionSchema>
export type RuleMode = Rule['mode']
type RuleExample = z.output<typeof RuleExampleSchema>
export type RulePreview = z.output<typeof RulePreviewSchema>
type RuleOverlaps = z.output<typeof RuleOverlapsSchema>
export type RuleOverlap = RuleOverlaps['overlaps'][number]
export type RuleVocabulary = z.output<typeof VocabularySchema>

/** With its document; `undefined` = it was not asked for, `null` = it cannot be read. */
export type ListedRule = z.output<typeof ListedRuleSchema>

const LOOK_AGAIN_MS = 10_000
const COUNT_AGAIN_MS = 30_000

/** In the order in which they decide. */
export const rulesQuery = queryOptions({
  queryKey: ['rules'],
  queryFn: async ({signal}) => (await ask<{rules: Rule[]}>('/rules', {signal})).rules,
  refetchInterval: LOOK_AGAIN_MS,
})

/** All with their documents: what they say changes with their revisions alone. */
export const ruleDocumentsQuery = queryOptions({
  queryKey: ['rules', 'documents'],
  queryFn: async ({signal}) => (await ask<{rules: ListedRule[]}>('/rules?documents=true', {signal})).rules,
  refetchInterval: LOOK_AGAIN_MS,
})

export const ruleQuery = (id: string) =>
  queryOptions({
    queryKey: ['rules', id],
    queryFn: ({signal}) => ask<RuleDefinition>(pathOf('rules', id), {signal}),
  })

export type RuleVersion = z.output<typeof RuleVersionsSchema>['versions'][number]

/** Every text that it had, newest first. @param revision of now: with another one there is another text */
export const ruleVersionsQuery = (id: string, revision: number) =>
  queryOptions({
    queryKey: ['rules', id, 'versions', revision],
    queryFn: async ({signal}) =>
      (await ask<{versions: readonly RuleVersion[]}>(pathOf('rules', id, 'versions'), {signal})).versions,
  })

/** Which rules are about the same torrents: it takes a look at every torrent, so it is not asked often. */
export const ruleOverlapsQuery = queryOptions({
  queryKey: ['rule-overlaps'],
  queryFn: async ({signal}) => (await ask<RuleOverlaps>('/rules/overlaps', {signal})).overlaps,
  staleTime: 60_000,
})

export type RuleTallies = z.output<typeof RuleTalliesSchema>

/** What rules did since then, day by day. */
export const ruleTalliesQuery = (from: number) =>
  queryOptions({
    queryKey: ['rule-tallies', from],
    queryFn: ({signal}) => ask<RuleTallies>('/rules/tallies', {query: {from}, signal}),
    refetchInterval: COUNT_AGAIN_MS,
    placeholderData: keepPreviousData,
  })

/** They do not change while the program runs. */
export const vocabularyQuery = queryOptions({
  queryKey: ['rule-vocabulary'],
  queryFn: ({signal}) => ask<RuleVocabulary>('/rules/vocabulary', {signal}),
  staleTime: Infinity,
})

export const ruleExamplesQuery = queryOptions({
  queryKey: ['rule-examples'],
  queryFn: async ({signal}) => (await ask<{examples: RuleExample[]}>('/rules/examples', {signal})).examples,
  staleTime: Infinity,
})

/** @param isAllMeant it may be true of every torrent; else that is asked */
export function addRule(yaml: string, isAllMeant = false): Promise<RuleDefinition> {
  return kept(ask<RuleDefinition>('/rules', {method: 'POST', body: {yaml, confirm_all: isAllMeant}}))
}

/** As one of one's own, which simulates. */
export function copyRule(id: string): Promise<RuleDefinition> {
  return kept(ask<RuleDefinition>('/rules', {method: 'POST', body: {copy_of: id}}))
}

/**
 * @param revision that the text is an edit of @param confirm one that acts goes on acting, although it is new
 * @param isAllMeant it may be true of every torrent; else that is asked
 */
export function editRule(
  id: string,
  yaml: string,
  revision: number,
  confirm = false,
  isAllMeant = true,
): Promise<RuleDefinition> {
  const body = {yaml, revision, confirm, confirm_all: isAllMeant}
  return kept(ask<RuleDefinition>(pathOf('rules', id), {method: 'PUT', body, outlivesPage: true}))
}

/** @param confirm it may act at once, although it is new */
export function switchRule(id: string, mode: RuleMode, confirm = false): Promise<Rule> {
  return kept(ask<Rule>(pathOf('rules', id), {method: 'PATCH', body: {mode, confirm}}))
}

/** Another number for it, by which it decides earlier or later. */
export function orderRule(id: string, order: number): Promise<Rule> {
  return kept(ask<Rule>(pathOf('rules', id), {method: 'PATCH', body: {order}}))
}

/** Puts it right before another rule, or right behind it. */
export function placeRule(id: string, side: 'before' | 'behind', of: string): Promise<Rule> {
  return kept(ask<Rule>(pathOf('rules', id), {method: 'PATCH', body: {[side]: of}}))
}

export function removeRule(id: string): Promise<void> {
  return kept(ask<void>(pathOf('rules', id), {method: 'DELETE'}))
}

/** As it was before it was removed, in this life of the program. */
export function restoreRule(id: string): Promise<Rule> {
  return kept(ask<Rule>(pathOf('rules', id, 'restore'), {method: 'POST'}))
}

/** A rule with what was shown of it. */
export type RunOrder = Required<z.input<typeof RuleRunBody>['rules'][number]>

/** Has rules look now, at no more than was shown of them. */
export function runRules(orders: readonly RunOrder[]): Promise<unknown> {
  return kept(ask('/rules/run', {method: 'POST', body: {rules: orders}}))
}

/** Somebody looked at what held it up. */
export function resumeRule(id: string): Promise<Rule> {
  return kept(ask<Rule>(pathOf('rules', id, 'resume'), {method: 'POST'}))
}

async function kept<T>(asked: Promise<T>): Promise<T> {
  const answer = await asked
  // That takes a look at every torrent: nobody waits for it.
  void queries.invalidateQueries({queryKey: ruleOverlapsQuery.queryKey})
  await queries.invalidateQueries({queryKey: ['rules']})
  return answer
}

/** The server makes one of a person at a time and lets few wait: a row of many Arrs asks for two of each rule. */
const previews = new OneByOne()

/**
 * What a rule would do if it ran now, saved or not.
 * @param ruleId the rule that it is a text of; `null` = a new one
 * @param recorded also what it would have done in the last seven days, as far as that was recorded
 */
export const previewQuery = (yaml: string, ruleId: string | null, recorded = false) =>
  queryOptions({
    queryKey: ['rule-preview', ruleId, yaml, recorded],
    queryFn: ({signal}) =>
      previews.run(
        () =>
          ask<RulePreview>('/rules/preview', {
            method: 'POST',
            body: {yaml, rule_id: ruleId, recorded},
            signal,
          }),
        signal,
      ),
    // What is typed a letter later is another question.
    gcTime: 60_000,
    refetchInterval: LOOK_AGAIN_MS,
  })
