import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {UserId} from '#model/access.ts'
import type {RuleId} from '#model/rule.ts'
import {examplesFor} from '#registry/rules/examples.ts'
import type {RuleKeeper} from '#registry/rules/service.ts'
import type {RulePreviews} from '#registry/rules/previews.ts'
import {vocabulary} from '#registry/rules/vocabulary.ts'
import {toWire} from '../codec.ts'
import {needs} from '../route-access.ts'
import {draftFrom, wireDefinition, wirePreview, wireRule} from '../rows/rule-views.ts'
import {nothing, ok} from '../schemas/answers.ts'
import {problemAnswers} from '../schemas/problem.ts'
import {
  NewRule,
  RuleChange,
  RuleDefinitionSchema,
  RuleEdit,
  RuleExampleSchema,
  RuleParams,
  RulePreviewBody,
  RulePreviewSchema,
  RuleSchema,
  VocabularySchema,
} from '../schemas/rules.ts'

export interface RuleRouteParts {
  readonly keeper: Pick<
    RuleKeeper,
    'seenBy' | 'seen' | 'create' | 'copy' | 'replace' | 'change' | 'remove' | 'resume'
  >
  readonly previews: Pick<RulePreviews<never, never>, 'of'>
  readonly userName: (id: UserId) => string | null
}

/** Rules: those of the configuration can be lowered, those of people are theirs to write. */
export function ruleRoutes({keeper, previews, userName}: RuleRouteParts): FastifyPluginAsyncZod {
  // It does not change while the program runs.
  const words = toWire(vocabulary())
  return async (app) => {
    app.get('/rules', {schema: list, config: needs('read', 'scope')}, async ({principal, scope}) => ({
      rules: keeper.seenBy(principal).map((rule) => wireRule(rule, userName, scope)),
    }))
    app.post('/rules', {schema: add, config: needs('manage', 'program')}, async (request, reply) => {
      const {principal, body, scope} = request
      const {copy_of: copyOf, confirm, ...written} = body
      const made =
        copyOf === undefined
          ? await keeper.create(principal, draftFrom(written), confirm)
          : await keeper.copy(principal, copyOf as RuleId)
      return reply.code(201).send(wireDefinition(made, userName, scope))
    })
    app.post('/rules/preview', {schema: tryOut, config: needs('read', 'scope')}, async (request) => {
      const {principal, scope, body} = request
      const {rule_id: of, ...written} = body
      return wirePreview(await previews.of(principal, draftFrom(written), of as RuleId | null), scope)
    })
    app.get('/rules/vocabulary', {schema: allWords, config: needs('read', 'program')}, async () => words)
    app.get('/rules/examples', {schema: examples, config: needs('read', 'program')}, async ({principal}) => ({
      examples: examplesFor(principal.access).map(({name, says, yaml}) => ({name, says, yaml})),
    }))
    app.get(
      '/rules/:id',
      {schema: one, config: needs('read', 'program')},
      async ({principal, params, scope}) =>
        wireDefinition(keeper.seen(principal, params.id as RuleId), userName, scope),
    )
    app.put('/rules/:id', {schema: edit, config: needs('manage', 'program')}, async (request) => {
      const {principal, params, body, scope} = request
      const {confirm: isConfirmed, revision, ...written} = body
      const how = {isConfirmed, revision}
      return wireDefinition(
        await keeper.replace(principal, params.id as RuleId, draftFrom(written), how),
        userName,
        scope,
      )
    })
    app.patch('/rules/:id', {schema: change, config: needs('manage', 'program')}, async (request) => {
      const {principal, params, body, scope} = request
      const {confirm, ...patch} = body
      return wireRule(await keeper.change(principal, params.id as RuleId, patch, confirm), userName, scope)
    })
    app.delete(
      '/rules/:id',
      {schema: remove, config: needs('manage', 'program')},
      async ({principal, params}, reply) => {
        await keeper.remove(principal, params.id as RuleId)
        return reply.code(204).send()
      },
    )
    app.post('/rules/:id/resume', {schema: resume, config: needs('manage', 'program')}, async (request) => {
      const {principal, params, scope} = request
      await keeper.resume(principal, params.id as RuleId)
      return wireRule(keeper.seen(principal, params.id as RuleId), userName, scope)
    })
  }
}

const tags = ['rules']

const list = {
  operationId: 'listRules',
  tags,
  summary: 'Your rules',
  description:
    'In the order in which they decide. Administrators see everybody’s, and those that follow from the configuration.',
  response: ok(z.object({rules: z.array(RuleSchema)})),
}

const add = {
  operationId: 'addRule',
  tags,
  summary: 'Add a rule of your own',
  description:
    'It acts in your name, on the servers that you may command. For a day it only simulates, unless confirm says ' +
    'that it may act at once. Mistakes are told with their place in the text, what was found and what is accepted.',
  body: NewRule,
  response: {201: RuleDefinitionSchema, ...problemAnswers},
}

const one = {
  operationId: 'getRule',
  tags,
  summary: 'A rule with its text',
  params: RuleParams,
  response: ok(RuleDefinitionSchema),
}

const edit = {
  operationId: 'replaceRule',
  tags,
  summary: 'Give a rule another text',
  description:
    'What the text leaves out gets its default. A live rule simulates again for a day, unless confirm says that it ' +
    'may act at once, or it does the same as before. Not of presets: copy them.',
  params: RuleParams,
  body: RuleEdit,
  response: ok(RuleDefinitionSchema),
}

const change = {
  operationId: 'changeRule',
  tags,
  summary: 'Switch a rule, or put it elsewhere',
  description:
    'What is left out stays. What is new or was edited less than a day ago goes live with confirm.',
  params: RuleParams,
  body: RuleChange,
  response: ok(RuleSchema),
}

const remove = {
  operationId: 'removeRule',
  tags,
  summary: 'Remove a rule of your own',
  params: RuleParams,
  response: nothing,
}

const resume = {
  operationId: 'resumeRule',
  tags,
  summary: 'Let a suspended rule go on',
  description: 'A limit was hit, and somebody looked.',
  params: RuleParams,
  response: ok(RuleSchema),
}

const tryOut = {
  operationId: 'previewRule',
  tags,
  summary: 'What a rule would do now',
  description:
    'A rule, saved or not, judged over the torrents that you may command, or, about paths, over the orphans of ' +
    'the last look, as in a pass and as if its time had come. Nothing is done. What only an Arr or a look at a disk could tell is unknown.',
  body: RulePreviewBody,
  response: ok(RulePreviewSchema),
}

const allWords = {
  operationId: 'getRuleVocabulary',
  tags,
  summary: 'Every word that a rule may be written in',
  response: ok(VocabularySchema),
}

const examples = {
  operationId: 'listRuleExamples',
  tags,
  summary: 'Rules to begin with',
  response: ok(z.object({examples: z.array(RuleExampleSchema)})),
}
