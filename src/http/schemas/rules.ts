/** Rules as they travel: whose they are, whether they act, what they say. */
import {z} from 'zod'
import {previewReasons, reasonCodes} from '#model/decision.ts'
import {entryOutcomes} from '#journal/outcomes.ts'
import {didKinds} from '#journal/story-kinds.ts'
import {factNames, ruleSubjects, subjectKinds} from '#model/fact.ts'
import {orphanHolds, sparedReasons} from '#model/orphans.ts'
import {actionClasses, actionNames, operators, ruleModes} from '#model/rule.ts'
import {flagParameter, timeParameter} from './parameters.ts'
import {at, bytes, count, flag, passingField, readOnlyField, seconds, text} from './units.ts'

/** More is no text of a rule. */
const LONGEST_TEXT = 100_000

const ruleId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'small letters, digits, ".", "_" and "-"')
  .describe('Id of the rule')

export const RuleParams = z.strictObject({id: ruleId})

const SuspensionSchema = z.object({
  at: at('When it was held up'),
  reason: text('The guard that did it'),
  detail: z.record(z.string(), z.unknown()).describe('Its figures'),
})

export const RuleSchema = z
  .object({
    id: text('Stable id; the journal refers to it'),
    revision: count('Another one after each edit'),
    name: text('Name for people'),
    origin: z
      .enum(['preset', 'user'])
      .describe('preset = it follows from the configuration and is not edited here'),
    owner: z
      .object({id: text('Id of the owner'), name: text("Name of the owner; '' = the user was removed")})
      .nullable()
      .describe('In whose name it acts; null = no owner: of the file, or of a user without an account'),
    may: z.enum(['edit', 'mode']).describe('mode = only whether it acts can be changed'),
    mode: z.enum(ruleModes).describe('off; simulate: only written down; ask: waits for a person; live: acts'),
    configured_mode: z
      .enum(ruleModes)
      .nullable()
      .describe('Of a preset: what the configuration says; null = it is no preset'),
    mode_then: z
      .enum(ruleModes)
      .nullable()
      .describe('While Commodarr only watches: its mode once that is over; null = Commodarr acts'),
    trial_until: at('Until then it takes confirm to let it act; null = no more').nullable(),
    suspended: SuspensionSchema.nullable().describe(
      'It does nothing until a person reviews it; null = it goes on',
    ),
    obstacle: z
      .enum([
        'unreadable',
        'unreadable_keeps',
        'not_evaluated',
        'owner_gone',
        'key_ended',
        'no_server',
        'id_unknown',
      ])
      .nullable()
      .describe(
        'What keeps it from doing anything; unreadable_keeps: it cannot be read, and has or may have the action ' +
          'skip, so that no rule removes, sets aside or moves a torrent where its owner may command, until it is ' +
          'repaired, removed or switched off; not_evaluated: nothing is evaluated of its subject; ' +
          'key_ended: the API key by which it may act was revoked or has expired; no_server: its owner may ' +
          'command none that it names; id_unknown: it leaves out a server or an Arr that is not there, so that ' +
          'nothing would be spared',
      ),
    gone: z
      .array(text('Id of a server or an Arr, or name of what is owed'))
      .describe(
        'Of a rule with the action skip: what it keeps by and is not there (any more), or is off. What it meant by ' +
          'that is unknown, so that no rule removes what it may be about, until it is changed or that is back',
      ),
    cannot: z
      .array(
        z.object({
          server_id: text('Id of a server'),
          server_name: text('Its name'),
          action: z.enum(actionNames),
          reason: text('Why, for people'),
        }),
      )
      .describe(
        'What no torrent of a server can have done, as its kind or version lacks it; of the servers that you see. ' +
          'It is evaluated again when that server is another version',
      ),
    order: count(
      'Rules whose only action is skip decide before all others; then lower decides first; of equal ones those of ' +
        'people, the older one first, then those of the configuration',
    ),
    subject: z.enum(subjectKinds).nullable().describe('What it is about; null = it cannot be read'),
    concern: text(
      'Of exclusive rules with one concern the first decides; null = it cannot be read',
    ).nullable(),
    reason: z.enum(reasonCodes).nullable(),
    actions: z.array(z.enum(actionNames)).describe('What it does, in order'),
    arrs: z
      .array(z.string())
      .describe('Ids of the Arrs that it is for, as far as you see them; none = whichever there are'),
    created_at: at('When it was made; null = it is a preset').nullable(),
    revised_at: at('When its text was changed last; null = it is a preset').nullable(),
    changed_at: at('When its mode or place was changed last; null = it is a preset').nullable(),
  })
  .meta({id: 'Rule', description: 'A rule, without its text.'})

const document = z
  .record(z.string(), z.unknown())
  .describe('As in YAML: docs/use/rules.md. Its id and revision are given here, whatever stands in it')

export const RuleListQuery = z.strictObject({documents: flagParameter('Each rule with its document')})

export const ListedRuleSchema = RuleSchema.extend({
  rule: document
    .nullable()
    .optional()
    .describe('With documents=true: the rule itself, as in YAML; null = it cannot be read'),
}).meta({id: 'ListedRule', description: 'A rule, with its document if that is asked for.'})

export const RuleDefinitionSchema = RuleSchema.extend({
  rule: document.nullable().describe('The rule itself, as in YAML; null = it cannot be read'),
  yaml: text('The same as text; null = it cannot be read').nullable(),
}).meta({id: 'RuleDefinition', description: 'A rule with its text.'})

export const RuleVersionsSchema = z
  .object({
    versions: z
      .array(
        z.object({
          revision: count('Another one for each text'),
          name: text('As it was called then'),
          changed_at: at('When it got this text'),
          changed_by: z
            .object({id: text('Id of the user'), name: text("Their name; '' = the user was removed")})
            .nullable()
            .describe('Who gave it this text; null = a user without an account'),
          is_current: flag('It has this text now'),
          yaml: text(
            'The text, with the mode, place and revision of now: sent to PUT /api/rules/{id} it is what the rule says again; null = it cannot be read any more',
          ).nullable(),
        }),
      )
      .describe('Newest first, at most 100; none of rules of the configuration'),
  })
  .meta({id: 'RuleVersions', description: 'Every text that a rule had.'})

const confirm = z
  .boolean()
  .default(false)
  .describe('It may act at once; else what is new or changed simulates for a day')
const confirmAll = z
  .boolean()
  .optional()
  .describe(
    'It is meant to be true of every torrent. Absent = one that is true of all of 100 or more is refused, false = also of all of fewer: rule_matches_all',
  )
const yaml = z.string().max(LONGEST_TEXT).describe('One rule as YAML: docs/use/rules.md')

const copyOf = ruleId.describe('A rule that you see; the copy is yours and simulates')
const written = {yaml: yaml.optional(), rule: document.optional()}

export const NewRule = z
  .strictObject({...written, copy_of: copyOf.optional(), confirm, confirm_all: confirmAll})
  .refine(onlyOne, {message: 'one of yaml, rule and copy_of', path: ['yaml']})
  .meta({id: 'NewRule'})

const revision = z
  .number()
  .int()
  .min(1)
  .nullable()
  .default(null)
  .describe('That the text is an edit of: another one there now is changed_meanwhile; null = any')

const readOnlyOfRules = {
  id: readOnlyField,
  name: readOnlyField,
  origin: readOnlyField,
  owner: readOnlyField,
  configured_mode: readOnlyField,
  subject: readOnlyField,
  concern: readOnlyField,
  reason: readOnlyField,
  actions: readOnlyField,
  created_at: readOnlyField,
  revised_at: readOnlyField,
  may: passingField,
  mode_then: passingField,
  trial_until: passingField,
  suspended: passingField,
  gone: passingField,
  obstacle: passingField,
  cannot: passingField,
  arrs: passingField,
  changed_at: passingField,
}
/** Beside the text of a rule. Its mode and place stand in the text, too. */
export const fieldsBesideText = {...readOnlyOfRules, mode: passingField, order: passingField}

export const RuleEdit = z
  .strictObject({...written, confirm, confirm_all: confirmAll, revision})
  .extend(fieldsBesideText)
  .refine(({yaml: text, rule}) => text !== undefined || rule !== undefined, {
    message: 'yaml, rule, or both as they were returned with one of them changed',
    path: ['yaml'],
  })
  .meta({id: 'RuleEdit'})

/** Beside the mode and place of a rule. */
export const fieldsBesideMode = {
  ...readOnlyOfRules,
  revision: readOnlyField,
  rule: readOnlyField,
  yaml: readOnlyField,
}

export const RuleChange = z
  .strictObject({
    mode: z
      .enum(ruleModes)
      .optional()
      .describe(
        'Presets: off, simulate, ask where the configuration says live, what it says, or live instead of ask with confirm',
      ),
    order: z.number().int().min(-1e6).max(1e6).optional().describe('Not of presets'),
    before: ruleId
      .optional()
      .describe(
        'Moves it directly before this rule. Rules beside it get other numbers where that takes it; presets keep theirs',
      ),
    behind: ruleId.optional().describe('Moves it directly behind this rule, in the same way'),
    confirm,
  })
  .extend(fieldsBesideMode)
  .refine((body) => placesIn(body) === 0 || (placesIn(body) === 1 && body.mode === undefined), {
    message: 'one of order, before and behind; the last two without mode',
    path: ['before'],
  })
  .meta({id: 'RuleChange'})

/** How many ways to say where it stands, where one of them is a neighbour. */
function placesIn(body: {order?: unknown; before?: unknown; behind?: unknown}): number {
  const neighbours = [body.before, body.behind].filter((it) => it !== undefined).length
  return neighbours === 0 ? 0 : neighbours + (body.order === undefined ? 0 : 1)
}

export const RulePreviewBody = z
  .strictObject({
    ...written,
    rule_id: ruleId
      .nullable()
      .default(null)
      .describe(
        'The rule that you see and this is a text of: while it asks the same, what it has held counts',
      ),
    recorded: z
      .boolean()
      .default(false)
      .describe('Also what it would have done in the last seven days, from what was recorded of that rule'),
  })
  .refine(onlyOne, {message: 'one of yaml and rule', path: ['yaml']})
  .meta({id: 'RulePreviewOf'})

/** Of the ways to give a rule. */
function onlyOne(body: {yaml?: unknown; rule?: unknown; copy_of?: unknown}): boolean {
  return [body.yaml, body.rule, body.copy_of].filter((it) => it !== undefined).length === 1
}

export const AbsentRulesSchema = z
  .object({
    presets: z.array(
      z.object({
        behaviour: text('What it is, as in the id of its rules'),
        settings: z
          .array(
            z.object({
              path: text('A setting of the Arr, by which it would be there'),
              value: z.union([z.string(), z.number(), z.boolean()]).describe('That it takes then'),
            }),
          )
          .describe('As PATCH /api/arrs/{id} takes them'),
        rules: z.array(z.object({name: text('Its name'), rule: document, yaml: text('The same as text')})),
      }),
    ),
  })
  .meta({id: 'AbsentRules', description: 'Rules that the settings of an Arr leave out.'})

const runOrder = z.strictObject({
  id: ruleId,
  revision: z
    .number()
    .int()
    .min(1)
    .describe('That it was shown in: another one there now is changed_meanwhile'),
  mode: z.enum(ruleModes).describe('That it was shown in: another one by now is changed_meanwhile'),
  shown: z
    .uuid()
    .describe('`shown` of its preview, of the last ten minutes: it looks at those torrents alone'),
})

export const RuleTalliesQuery = z.strictObject({
  from: timeParameter('When the first day begins, at most 31 days ago; 7 days ago when absent'),
})

export const RuleTalliesSchema = z
  .object({
    from: at('When the first day begins'),
    is_all: z
      .boolean()
      .describe('Whether all of it was counted; else there is more, before the newest actions'),
    rules: z.array(
      z.object({
        rule_id: text('Id of the rule'),
        tallies: z.array(
          z.object({
            kind: z.enum(didKinds).describe('kept: what only keeps kept'),
            outcome: z.enum(entryOutcomes).describe('held: a guard kept it; simulated: only written down'),
            day: count('Number of the day, from 0, of 24 hours each'),
            count: count('Of how many actions'),
            bytes: bytes('That went, or would have, as far as known'),
          }),
        ),
        matched: z
          .object({count: count('How many torrents or paths'), bytes: bytes('Of those that are there')})
          .nullable()
          .describe('Of a dry run: what it wanted within 7 days, each once; null = it is none'),
      }),
    ),
  })
  .meta({id: 'RuleTallies', description: 'What rules did, day by day, as far as you may see it.'})

export const RuleRunBody = z
  .strictObject({
    rules: z
      .array(runOrder)
      .min(1)
      .max(500)
      .describe('Each once, as it was shown: if one is another by now, none of them runs')
      .refine((rules) => new Set(rules.map(({id}) => id)).size === rules.length, {message: 'each rule once'}),
  })
  .meta({id: 'RuleRunOf'})

export const RuleRunsSchema = z
  .object({
    rules: z.array(
      z.object({id: text('Id of the rule'), torrents: count('How many torrents it looks at now')}),
    ),
  })
  .meta({id: 'RuleRuns', description: 'What rules look at now; the journal shows what they did.'})

const tally = {
  count: count('How many torrents, or paths'),
  bytes: bytes('What removing would free, as far as known; else what they have'),
}
const TallySchema = z.object(tally).meta({id: 'RuleTally'})
const LatelySchema = z.object({
  ...tally,
  gone: count('Torrents beyond these that are not there any more: how much they were is not known'),
})
const named = (says: string) => z.object({name: text(says), ...tally})

const NamedTorrentSchema = z.object({server_id: text('Its server'), info_hash: text('Its hash')})

export const RulePreviewSchema = z
  .object({
    subject: z.enum(subjectKinds).describe('What the rule is about'),
    looked: count('Torrents that were looked at: those that you may command; of a rule about paths: orphans'),
    left: z
      .array(z.object({why: z.enum([...sparedReasons, ...orphanHolds]), count: count('Of how many')}))
      .describe(
        'Of a rule about paths: unclaimed paths that are no orphans, and folders of which it is unknown',
      ),
    matched: TallySchema.describe(
      'The condition is true: held, already, unselected, inapplicable, blocked and would_act add up to it',
    ),
    funnel: z
      .object({
        in_scope: count('Torrents, or paths, in its scope'),
        scope_first: z.array(NamedTorrentSchema).describe('The first 100 of them; of paths none'),
        parts: z
          .array(
            z.object({
              fact: z.enum(factNames).nullable().describe('null = it asks for several things'),
              says: text('What the fact is, in words; null = it asks for several things').nullable(),
              unit: text('Of its number; null = it has none').nullable(),
              op: z.enum(operators).nullable(),
              threshold: z
                .union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))])
                .nullable()
                .describe('What it is compared with, in base units'),
              window: seconds('Asked over so long; null = now').nullable(),
              count: count('How many meet it, and all before it'),
              first: z.array(NamedTorrentSchema).describe('The first 100 of them; of paths none'),
            }),
          )
          .describe('Parts of its condition, in their order'),
        almost: count('How many lack one part alone'),
        nearest: z
          .array(
            z.object({
              server_id: text('Its server; null = it is no torrent').nullable(),
              info_hash: text('Its hash; null = it is no torrent').nullable(),
              name: text('As its server calls it; of a path where it is, of what is wanted its title'),
              size: bytes('Of what is wanted of it; null = not known').nullable(),
              fact: z.enum(factNames),
              says: text('What the fact is, in words'),
              unit: text('Of what it lacks; null = it has none').nullable(),
              too_much: flag('It has so much more than asked; false = so much less'),
              lacks: z.number().describe('In the unit of the fact'),
            }),
          )
          .describe('Up to three of those, which lack least'),
      })
      .describe('Where what it looks at drops out'),
    held: TallySchema.describe(
      'True, but not for long enough; of a new rule, and of one that asks something else, everything that has to hold',
    ),
    unknown: TallySchema.describe('Unknown now'),
    unknown_facts: z
      .array(z.object({fact: z.enum(factNames), count: count('Of how many')}))
      .describe('What is not known here: of Arrs, of disks, and what has to be watched for a while'),
    unknown_away: z
      .array(
        z.object({
          server_id: text('Its id'),
          server_name: text('Its name'),
          count: count('Torrents of it that are unknown now'),
        }),
      )
      .describe(
        'Of those, which are on servers that are not online: they are evaluated when their server is back',
      ),
    already: z
      .object({...tally, actions: z.array(z.enum(actionNames)).describe('What is so already')})
      .describe('Everything that it does about them is so already: they have the tag, are stopped …'),
    unselected: TallySchema.describe('Its `select` takes others'),
    inapplicable: TallySchema.describe(
      'None of its actions is for them now: an `if` is not true or unknown, or a value that an action needs is',
    ),
    blocked: TallySchema.describe('Kept by a guard'),
    guards: z
      .array(named('The guard'))
      .describe('Which. Those that need a look at a disk or the word of an Arr are asked when it is done'),
    would_act: TallySchema.describe('What it would act on in one run'),
    servers: z.array(z.object({server_id: text('Its id'), server_name: text('Its name'), ...tally})),
    trackers: z.array(named("Host; '' = none")),
    categories: z.array(named("Category; '' = none")),
    folders: z.array(named('Of a rule about paths: where they are')),
    lately: z
      .object({
        day: LatelySchema,
        week: LatelySchema.describe('Within the last seven days'),
        actions: z.array(named('Of the last day: the action')),
      })
      .nullable()
      .describe(
        'What the saved rule wanted and only simulated, each subject once; null = it is not saved, does not simulate, or the text is about something else',
      ),
    recorded: z
      .object({
        count: count('What the saved rule wanted to act on, each torrent or path once'),
        again: count('Of those: what this text would act on, too, by what was recorded then'),
        unknown: count('Of those: which hang on something that was not recorded'),
        unwatched: count(
          'Of the unknown: which would have to stay true for longer than the rule watched, as it acted then',
        ),
        is_cut: flag('It wanted more than was looked at'),
      })
      .nullable()
      .describe(
        'With recorded: the last seven days. What the rule left alone then was not recorded, so that it is not counted; null = not asked for, or the rule is not saved',
      ),
    shown: z
      .uuid()
      .nullable()
      .describe(
        'To have the rule look at exactly these within ten minutes (POST /api/rules/run); null = it is not saved, or not about torrents',
      ),
    rows: z
      .array(
        z.object({
          server_id: text('Its server; null = it is no torrent').nullable(),
          info_hash: text('Its hash; null = it is no torrent').nullable(),
          name: text('As its server calls it; of a path where it is, of what is wanted its title'),
          size: bytes('Of what is wanted of it; null = not known').nullable(),
          actions: z.array(z.enum(actionNames)),
          because: z
            .array(
              z.object({
                fact: z.enum(factNames),
                says: text('What the fact is, in words'),
                unit: text('Of its number; null = it has none').nullable(),
                window: seconds('Asked over so long; null = now').nullable(),
                value: z.number().describe('What it is of this one, in the unit of the fact'),
              }),
            )
            .describe('Up to three figures of the conditions that it meets'),
        }),
      )
      .describe('The first 200 that it would act on'),
    spared: z
      .array(
        z.object({
          why: z
            .enum(previewReasons)
            .describe(
              'held = not true for long enough; already = its effect is there; unselected = its select takes others; inapplicable = no action is for it now; blocked = kept by a guard; unknown = cannot be evaluated',
            ),
          guard: text('Which guard; null = none').nullable(),
          left: seconds(
            'Of held: so much time is still to come, if the condition stays true; null = it is not held',
          ).nullable(),
          server_id: text('Its server; null = it is no torrent').nullable(),
          info_hash: text('Its hash; null = it is no torrent').nullable(),
          name: text('As its server calls it; of a path where it is, of what is wanted its title'),
          size: bytes('Of what is wanted of it; null = not known').nullable(),
        }),
      )
      .describe('What it would leave alone: the first 100 of each reason, and of each guard'),
  })
  .meta({id: 'RulePreview', description: 'What a rule would do now.'})

export const RuleOverlapsSchema = z
  .object({
    looked: count('Torrents that were looked at: those that you may command'),
    overlaps: z.array(
      z.object({
        rule_id: text('The rule that decides'),
        other_id: text('The rule that would decide without it'),
        count: count('How many torrents both are about'),
        first: z.array(NamedTorrentSchema).describe('The first 100 of them'),
      }),
    ),
  })
  .meta({id: 'RuleOverlaps', description: 'Rules that are about the same torrents, of which one decides.'})

export const VocabularySchema = z
  .object({
    facts: z.array(
      z.object({
        name: z.enum(factNames),
        says: text('What it is, to stand in a sentence'),
        type: z.enum(['text', 'choice', 'set', 'number', 'boolean']),
        unit: text('Of a number; null = it is none').nullable(),
        written: text('How a value is written; null = as a word, or yes or no').nullable(),
        values: z.array(z.string()).describe('Of a choice'),
        operators: z.array(z.enum(operators)),
        windowed: flag('Asked over a window'),
        nullable: flag('null is one of its values: no limit, never'),
        cost: z.enum(['cheap', 'lazy']).describe('lazy = looked up only while everything else is true'),
        subjects: z.array(z.enum(ruleSubjects)),
      }),
    ),
    operators: z.array(
      z.object({
        name: z.enum(operators),
        takes: z.enum(['nothing', 'pair', 'list', 'text', 'one']).describe('What its value is'),
      }),
    ),
    actions: z.array(
      z.object({
        name: z.enum(actionNames),
        class: z.enum(actionClasses),
        loses_bytes: flag('Data goes with it'),
        subjects: z.array(z.enum(ruleSubjects)).describe('What it can be done to'),
        params: z.array(
          z.object({
            name: text('As it is written'),
            is_required: flag('It cannot be left out'),
            takes: z
              .array(z.string())
              .describe('A unit, text, texts, yes or no, {fact}, null, or these words'),
          }),
        ),
      }),
    ),
    modes: z.array(z.enum(ruleModes)),
    subjects: z.array(z.enum(ruleSubjects)).describe('What a rule can be about'),
    parts: z
      .array(
        z.object({
          name: text('scope, guards.maxPerTracker'),
          subjects: z.array(z.enum(ruleSubjects)).describe('Rules about these may have it'),
        }),
      )
      .describe('Parts of a rule that not every subject has'),
    reasons: z.array(z.enum(reasonCodes)),
    events: z.array(z.string()),
    weekdays: z.array(z.string()),
  })
  .meta({id: 'RuleVocabulary', description: 'Every word that a rule may be written in.'})

export const RuleExampleSchema = z
  .object({name: text('Its name'), says: text('What it is for'), yaml: text('The rule')})
  .meta({id: 'RuleExample'})
