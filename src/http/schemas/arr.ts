/** An Arr as it travels: whose it is, how it does, what is in its queue. Nothing secret in it. */
import {z} from 'zod'
import {shareLevels} from '#model/access.ts'
import {
  arrKinds,
  queueStatuses,
  trackedStates,
  type ArrCheck,
  type ArrStatus,
  type QueueMessage,
  rejectClasses,
  type QueueRow,
} from '#model/arr.ts'
import {arrCautions, arrObstacles, webhookStates, type ArrFinding} from '#model/arr-service.ts'
import {searchCauses, searchOutcomes} from '#model/automation-state.ts'
import {triageActions} from '#model/import-triage.ts'
import {chainLinks, itemVerdictKinds, linkAnswers, releaseEnds, type ItemChain} from '#model/item-chain.ts'
import {actionNames, ruleModes} from '#model/rule.ts'
import {arrLimits} from '#registry/arrs/section.ts'
import {arrSettingGroups} from '#registry/arrs/setting-keys.ts'
import type {Wire} from '../answers/codec.ts'
import {namesOfArrs, withOtherNames} from '../answers/other-names.ts'
import {changedLines, fileObstacles, keyConflicts, keySchema, knownValues} from './section.ts'
import {DiscoveryAnswerSchema} from './server-import.ts'
import {timeParameter, wholeParameter} from './parameters.ts'
import {TorrentKeySchema, TorrentSchema} from './torrent.ts'
import {PhraseSchema} from './verdict.ts'
import {passingField, readOnlyField, at, bytes, count, flag, seconds, text} from './units.ts'

export const ArrParams = z.strictObject({id: z.string().min(1).max(200).describe('Id of the Arr')})

const behind =
  'The Arr said a minute ago or longer that something is new, and that is not read yet: rules decide nothing meanwhile'

const named = z.object({id: text('Its id'), name: text('Its name')})

const CheckSchema = z
  .object({
    source: text('Class of the check: RemotePathMappingCheck, …'),
    level: z.enum(['ok', 'notice', 'warning', 'error', 'unknown']),
    message: text("The Arr's own words, in its own language"),
    wiki_url: text("Where its makers say more; '' = nowhere"),
    holds: z
      .enum(['removals', 'searches'])
      .nullable()
      .describe('What rules leave alone of its torrents while it is like this; null = nothing'),
  })
  .meta({id: 'ArrCheck'}) satisfies z.ZodType<Wire<ArrCheck>>

/** What rules of an Arr that is added do before they remove something. */
export const NewRulesSchema = z
  .enum(['simulate', 'ask', 'live'])
  .describe(
    'What rules of an Arr that you add do before they remove something: simulate = they only report until an administrator lets rules act, ask = they ask first, live = they act',
  )

export const ArrSchema = z
  .object({
    id: text('Stable id; of the file the name of its section'),
    kind: z.enum(arrKinds).describe('Which app it is'),
    name: text('Name for people'),
    origin: z
      .enum(['file', 'user'])
      .describe('file = the configuration declares it: changes are written there'),
    owner: z
      .object({id: text('Id of the owner'), name: text('Name of the owner')})
      .nullable()
      .describe('null = no owner'),
    access: z.enum([...shareLevels, 'own']).describe('How far it is open to you'),
    url: text('Where it is reached; null = not set, or not readable').nullable(),
    category: text('Of its torrents, on every server'),
    enabled: flag('It is managed'),
    obstacle: z
      .object({
        code: z.enum(arrObstacles),
        detail: text("More about it; '' = nothing"),
        with: z.array(named).describe('The others that have the same, as far as you see them'),
      })
      .nullable()
      .describe('Why it stays off although it is enabled; null = nothing stands in the way'),
    manager: z
      .object({
        version: text('Version of the Arr; null = it did not say').nullable(),
        is_live: flag('It reports changes automatically'),
        read_at: at('When its queue was read last; null = not yet').nullable(),
        is_behind: flag(behind),
        fault: text('Why the last question failed; null = it did not').nullable(),
        fault_since: at('Since when it fails; null = it does not').nullable(),
        key_refused: flag('It refuses the API key: it is asked seldom until another one is entered'),
        next_try_at: at('When it is asked again; null = now, or it does not fail').nullable(),
        queued: count('Rows in its queue; null = it cannot be read now').nullable(),
        waiting: count(
          'Downloads of it that it does not import, and that no rule is about to end',
        ).nullable(),
        checks: z
          .array(CheckSchema)
          .nullable()
          .describe(
            'What its own health checks found; none = all is well, null = not known: rules remove nothing',
          ),
      })
      .nullable()
      .describe('What manages it; null = has not started'),
    other_instance: z
      .object({
        instance: text('Which one, by the name of its database'),
        at: at('When it said so last'),
        is_copy: flag('It is a copy of this Commodarr, of the same data folder'),
      })
      .optional()
      .describe(
        'Another Commodarr manages the Arr, so rules of this one do nothing there until it is taken over; absent = ' +
          'as far as is known none does',
      ),
    webhook: z
      .object({
        state: z.enum(webhookStates),
        fault: text('Why not, and it is tried again; null = nothing failed').nullable(),
      })
      .optional()
      .describe(
        'Whether the Arr was asked to call Commodarr when something happens; absent = it is not asked: WebhookUrl is ' +
          'empty, the Arr is off, or Commodarr only observes',
      ),
  })
  .meta({id: 'Arr'})

export const ArrTestSchema = z
  .object({
    kind: z.enum(arrKinds),
    app: text('As it calls itself'),
    name: text("As its owner called it; '' = as the app"),
    version: text('Version'),
    api_version: text('Of its API that is used'),
    in_container: flag('It runs in a container'),
    started_at: at('Since when it runs; null = it did not say').nullable(),
  })
  .meta({id: 'ArrTest'}) satisfies z.ZodType<Wire<ArrStatus>>

export const FindingSchema = z
  .object({
    code: text('Stable name'),
    severity: z
      .enum(['error', 'warning', 'notice'])
      .describe('error: downloads are lost or nothing works; warning: it costs something'),
    sentence: text('What it means'),
    about: text("The client, indexer or folder it is about; '' = the Arr"),
    fixable: flag('POST /api/arrs/{id}/doctor/{code}/fix fixes it'),
  })
  .meta({id: 'ArrFinding'}) satisfies z.ZodType<Wire<ArrFinding>>

export const FixParams = ArrParams.extend({code: z.string().min(1).max(100).describe('Code of the finding')})
export const FixBody = z
  .strictObject({
    about: z.string().max(500).nullable().default(null).describe('Which of them; null = each with this code'),
    undo: z
      .boolean()
      .default(false)
      .describe(
        'Puts the setting back as it was before it was fixed here, unless it was changed since; then about names which',
      ),
  })
  .meta({id: 'ArrFix'})

const MediaSchema = z
  .object({
    kind: z.enum(['movie', 'episode', 'album', 'book']),
    id: count('In the Arr'),
    parent_id: count('Its series, artist or author; null for movies').nullable(),
  })
  .meta({id: 'ArrMedia'})

const MessageSchema = z.object({
  title: text('What it is about'),
  messages: z.array(z.string()),
}) satisfies z.ZodType<Wire<QueueMessage>>

const QueueRowSchema = z
  .object({
    id: count('Of the row'),
    download_id: text('As the Arr calls the download; null = not handed to a client yet').nullable(),
    media: z.array(MediaSchema).describe('What it is for; empty = the Arr could not match it'),
    title: text('Of the release'),
    quality: text('As the Arr calls it'),
    quality_model: z
      .object({
        id: count('Of the quality, in the Arr'),
        revision: count('Of two of one quality the larger is better'),
      })
      .nullable()
      .describe('Of the release; null = the Arr does not report it'),
    score: count('By custom formats; null = the Arr does not report it').nullable(),
    size: bytes('Of the whole download'),
    size_left: bytes('Of it missing'),
    status: z.enum(queueStatuses).describe('What the torrent server reported to the Arr'),
    state: z.enum(trackedStates).describe('How far the Arr got with it'),
    trouble: z.enum(['ok', 'warning', 'error', 'unknown']),
    messages: z.array(MessageSchema).describe("The Arr's own words"),
    error_message: text("Of the torrent server; '' = none"),
    protocol: z.enum(['torrent', 'usenet', 'unknown']),
    client: text('Name of the download client in the Arr'),
    indexer: text('Where it came from'),
    output_path: text("As the Arr sees it; '' = not known yet"),
    added_at: at('When it was grabbed').nullable(),
    done_at: at('When it will be done').nullable(),
    has_post_import_category: flag('The Arr moves it to another category once imported'),
  })
  .meta({id: 'ArrQueueRow'}) satisfies z.ZodType<Wire<QueueRow>>

export const QueueSchema = z
  .object({
    ready: flag(
      'false = its manager has not started, or cannot read the queue now: the rows are as they were at read_at, and ' +
        'nothing follows from what they lack',
    ),
    read_at: at('When it was read last; null = not yet').nullable(),
    is_behind: flag(behind),
    fault: text('Why the last question failed; null = it did not').nullable(),
    rows: z.array(
      z.object({
        row: QueueRowSchema,
        media_title: text(
          'What all of the download is for, as the Arr calls it; null = not known yet',
        ).nullable(),
        next: z
          .object({
            rule_id: text('Id of the rule'),
            rule_name: text('What it is called'),
            mode: z.enum(['ask', 'live']).describe('ask = it will ask whether it may'),
            actions: z.array(z.enum(actionNames)).describe('What it does, in order'),
            replaces: flag('It removes the torrent, and another release is searched for'),
            server_id: text('On which of the servers'),
            acts_in: seconds('Of seeing the same, still to come'),
          })
          .nullable()
          .describe(
            'What the nearest rule is about to do if nothing changes; null = none waits for its time',
          ),
        waits: flag('The Arr does not import it, and no rule is about to end it: a person has to say'),
        triage: z
          .object({
            class: z.enum(rejectClasses).describe('Why; of several reasons the one that decides'),
            proposed: z.enum(triageActions).describe('What is proposed'),
            actions: z
              .array(z.enum(triageActions))
              .describe('All that can be done about it, by POST /api/arrs/{id}/triage'),
          })
          .nullable()
          .describe('Of what waits; null = it does not'),
        torrents: z
          .array(TorrentSchema)
          .describe(
            'Torrents of this download on servers that you see; none = none is there, or not in your sight',
          ),
      }),
    ),
  })
  .meta({id: 'ArrQueue'})

export const SearchesQuery = z.strictObject({
  limit: wholeParameter(1, 500)
    .default(100)
    .describe(
      'At most so many, and with them all that were asked for in the same millisecond as the last one',
    ),
  before: timeParameter(
    'Asked before this moment: asked_at of the last one of a page gives the next page, which lacks none',
  ),
})

const SearchSchema = z
  .object({
    id: text('Its id'),
    items: z.array(z.string()).describe('What was searched, by the numbers of the Arr: movie/17, episode/99'),
    title: text(
      'What it was for, as the Arr calls it; null = it has not ended, or the Arr has none of it any more',
    ).nullable(),
    cause: z
      .enum(searchCauses)
      .describe(
        'person = a user requested it now; failure = a download was given up; rule = a rule requested it; ' +
          'schedule = its turn came, as it is missing or could be better; arr = the Arr ' +
          'picked it without us, from its feeds or for a user of the Arr: only what was refused is known',
      ),
    reason: text('Of the rule or of the failure, in one word'),
    command_id: z
      .int()
      .nullable()
      .describe('Number of the command in the Arr; null = it searched automatically, or unknown'),
    asked_at: at('When the Arr was asked; of a release that it picked without us, when it was refused first'),
    ended_at: at(
      'When it ended; null = that is not known yet; of a release that it picked without us, when it was refused last',
    ).nullable(),
    outcome: z
      .enum(searchOutcomes)
      .nullable()
      .describe(
        'refused = the Arr picked releases, and its download client took none; held_by_client = it picked one, and keeps it until its download client answers; no_grab = it ended well and grabbed nothing, and the Arr does not say why; ' +
          'partial = nothing was grabbed, and some indexers were blocked; lost = the Arr restarted before it had searched; stuck = it had not ended after a ' +
          'day; unknown = the Arr could not be asked in time; null = not known yet',
      ),
    said: text('The last words of the Arr about it; null = none').nullable(),
    results: z.int().nullable().describe('Releases that indexers had; null = the Arr does not say'),
    grabs: z
      .array(
        z.object({
          download_id: text('Of the download, as in the queue; null = the Arr lost it').nullable(),
          title: text('Name of the release'),
        }),
      )
      .describe('What it grabbed'),
    refused: z
      .array(
        z.object({
          title: text('Name of the release'),
          why: text('As the Arr says it; empty = it does not'),
          there: z
            .array(
              z.object({
                hash: text('Of the torrent'),
                server_id: text('Its server'),
                server_name: text('Its server'),
                arr: text('Name of the Arr whose torrent it is; null = of none that you see').nullable(),
              }),
            )
            .describe('Torrents of this name that a server has already, which may be why; three at most'),
        }),
      )
      .describe('What it picked, and its download client did not take'),
  })
  .meta({id: 'ArrSearch'})

export const SearchesSchema = z.object({searches: z.array(SearchSchema).describe('Newest first')})

export const ItemParams = ArrParams.extend({
  item: wholeParameter(1, 1e9).describe('Number of the movie, episode, album or book in the Arr'),
})

export const ItemChainSchema = z
  .object({
    title: text('As the Arr calls it; null = it could not be asked, or does not have it').nullable(),
    media: MediaSchema.nullable().describe('What `search` takes; null = as the title'),
    torrent: TorrentKeySchema.nullable().describe('Of what is on its way; null = none that you see'),
    kind: z
      .enum(itemVerdictKinds)
      .describe(
        'here = in the library; coming = on its way; held = on its way, and something has to happen first; missing = ' +
          'nothing is on its way; undecided = the Arr could not be asked',
      ),
    says: PhraseSchema,
    follows: PhraseSchema.nullable().describe('What follows from it; null = nothing'),
    links: z
      .array(
        z.object({
          link: z.enum(chainLinks),
          answer: z
            .enum(linkAnswers)
            .describe('now = under way; later = what comes before it is not there yet'),
          says: PhraseSchema,
        }),
      )
      .describe('From wanted to imported'),
    releases: z
      .array(
        z.object({
          title: text('Of the release'),
          indexer: text("Where it came from; '' = the Arr does not say"),
          grabbed_at: at('When it was grabbed'),
          end: z
            .enum(releaseEnds)
            .describe('What came of it; gone = it left the queue, and the Arr does not say why'),
          said: text("The Arr's own words about it; '' = none"),
        }),
      )
      .describe('What was grabbed for it, newest first, ten at most'),
  })
  .meta({id: 'ArrItemChain'}) satisfies z.ZodType<
  Wire<Omit<ItemChain, 'says' | 'follows' | 'links' | 'torrent'>>
>

const downloadId = z
  .string()
  .regex(/^[\w.:-]{1,200}$/, 'a download_id of the queue')
  .describe('As in the queue')

export const ActionBody = z
  .discriminatedUnion('action', [
    z.strictObject({action: z.enum(['refresh', 'rss_sync'])}),
    z.strictObject({
      action: z.literal('search'),
      items: z
        .array(
          z.strictObject({
            kind: z.enum(['movie', 'episode', 'album', 'book']),
            id: z.number().int().min(1).max(1e9),
            parent_id: z.number().int().min(1).max(1e9).nullable().default(null),
          }),
        )
        .min(1)
        .max(100)
        .describe('What is searched for'),
    }),
    z.strictObject({
      action: z.literal('import_anyway'),
      download_id: downloadId,
      mode: z
        .enum(['auto', 'copy', 'move'])
        .default('auto')
        .describe('copy = the torrent goes on seeding; move = of Usenet downloads alone'),
    }),
    z.strictObject({
      action: z.literal('blocklist'),
      download_id: downloadId,
      search_again: z.boolean().default(true).describe('The Arr looks for another release'),
    }),
    z.strictObject({action: z.literal('ignore'), download_id: downloadId}),
    z.strictObject({
      action: z.literal('resume_searches'),
      item: z
        .string()
        .regex(/^(movie|episode|album|book)\/[1-9]\d{0,8}$/)
        .describe('A movie, episode, album or book, such as movie/17, whose searches wait (hold: loop)'),
    }),
  ])
  .meta({id: 'ArrAction'})

/** An Arr as a person gives it and as who may change it is shown it: secrets go in and never come out. */

const settings = z
  .record(z.string().max(100), z.unknown())
  .describe('Keys of a section of config.toml, by the same names and in the same units')

const fields = {
  name: z.string().min(1).max(arrLimits.name).describe('Name for people'),
  url: z
    .string()
    .min(1)
    .max(arrLimits.address)
    .describe('With its URL base; a bare host gets the usual port'),
  category: z.string().min(1).max(arrLimits.category).describe('Of its torrents, on every server'),
  skip_tls_verify: z.boolean().describe('Accept any certificate'),
  enabled: z.boolean().describe('It is managed'),
  api_key: z
    .string()
    .min(1)
    .max(200)
    .nullable()
    .describe('From Settings → General of the Arr; null erases it'),
  settings,
}

const some = z.strictObject(fields).partial()

export const NewArr = withOtherNames(
  some
    .extend({
      kind: z.enum(arrKinds).describe('Which app it is'),
      caution: z
        .enum(arrCautions)
        .optional()
        .describe(
          'How careful its rules begin, from their first moment on: watch = they only report, ask = they ask before they ' +
            'remove something, act = they do what they say; absent = as `new_rules` of GET /api/arrs says',
        ),
    })
    .required({name: true, url: true, category: true})
    .meta({id: 'NewArr'}),
  namesOfArrs,
)

/** What GET …/definition has and is changed elsewhere or never: it may come along as it is. */
export const readOnlyOfArrs = {
  id: readOnlyField,
  kind: readOnlyField,
  origin: readOnlyField,
  owner: readOnlyField,
  access: readOnlyField,
  obstacle: readOnlyField,
  file_obstacle: readOnlyField,
  as_toml: passingField,
  in_force: passingField,
  sources: passingField,
  secrets: readOnlyField,
  sharing: readOnlyField,
}
const sectionText = z.string().max(arrLimits.settings)
const changed = some
  .extend({
    ...readOnlyOfArrs,
    was: knownValues,
    toml: z
      .strictObject({
        text: sectionText.describe('As it is to be. A secret that is left out stays'),
        was: sectionText.describe('`as_toml` as it was when the change was begun'),
      })
      .optional()
      .describe(
        'A section of config.toml in place of all other fields but `was`: what differs between both texts is changed. A key ' +
          'that is something else by now than in `was` is a conflict',
      ),
  })
  .meta({id: 'ArrChange'})
export const ArrChange = withOtherNames(changed, namesOfArrs)

export const ArrChanged = z
  .object({
    effect: z
      .enum(['none', 'live', 'restart'])
      .describe('none: nothing changes; live: in force with the next pass; restart: its manager restarts'),
    arr: ArrSchema.describe('As it is now'),
    lines: changedLines
      .nullable()
      .describe('Which lines of the file change, or of `toml` where it stands in no file; null = neither'),
    conflicts: keyConflicts,
    rules: z
      .array(
        z.object({
          id: text('Its id'),
          name: text('Its name'),
          mode: z.enum(ruleModes).describe('That its settings give it'),
          is_new: flag('There is no such rule yet'),
          actions: z.array(z.enum(actionNames)).describe('What it does, in order'),
          yaml: text('What it would say; POST /api/rules/preview says what that would do'),
        }),
      )
      .nullable()
      .describe(
        'Of a preview for administrators: rules of the Arr that would be there, or say something else, by the change; null = ' +
          'not looked at',
      ),
  })
  .meta({id: 'ArrChanged'})

export const ArrKeySchema = keySchema(arrSettingGroups).meta({id: 'ArrKey'})

const state = z
  .enum(['none', 'set', 'unreadable'])
  .describe('unreadable = encrypted with a key that is not here')

export const ArrDefinitionSchema = ArrSchema.omit({manager: true, webhook: true, other_instance: true})
  .extend({
    skip_tls_verify: flag('Any certificate is accepted'),
    settings: z
      .record(z.string(), z.unknown())
      .describe('Keys as they are written where they are changed (in the file, or here), without secrets'),
    as_toml: text(
      'The same as a section of config.toml, without secrets and comments; null = its section has a fault',
    ).nullable(),
    in_force: z
      .record(z.string(), z.unknown())
      .describe(
        'Keys as its manager goes by them, without secrets: with what environment variables decide and what older files ' +
          'call otherwise; what is absent is as usual',
      ),
    sources: z
      .array(
        z.object({
          key: text('Its path, joined by dots'),
          from: z.enum(['pages', 'file', 'variable']).describe('pages = it was set here'),
          line: z.number().nullable().describe('Where config.toml says it, from 1; null = it does not'),
          variable: text('The environment variable that decides it; null = none').nullable(),
          value: text('What the variable says; null = none decides it, or it may be a secret').nullable(),
        }),
      )
      .describe('Where each key comes from that was set'),
    file_obstacle: z
      .enum(fileObstacles)
      .nullable()
      .describe('Why the file cannot be changed for it; null = it can, or it stands in no file'),
    secrets: z
      .object({api_key: state, ombi_key: state, overseerr_key: state})
      .describe('Which secrets are there; the secrets themselves are never shown'),
    sharing: z.object({
      everyone: z.enum(['view', 'control']).nullable(),
      users: z.array(
        z.object({
          user_id: text('Id of the user it is shared with'),
          user_name: text('Name of that user'),
          level: z.enum(['view', 'control']),
        }),
      ),
    }),
  })
  .meta({id: 'ArrDefinition'})

export const ArrDiscoveryBody = z
  .union([
    z.strictObject({
      url: z.string().min(1).max(arrLimits.address).describe('Of the Arr, with its URL base'),
      api_key: z.string().min(1).max(200).describe('Its key; used once and not kept'),
      skip_tls_verify: z.boolean().default(false).describe('Accept any certificate'),
    }),
    z.strictObject({id: z.string().min(1).max(200).describe('Of an Arr that is here and yours to manage')}),
  ])
  .meta({id: 'ArrDiscovery'})

export const ArrDiscoverySchema = z
  .object({
    arr: ArrTestSchema,
    known: z
      .array(z.object({id: text('Its id'), name: text('Its name')}))
      .describe('Arrs that you see and that lead there already'),
    servers: z.array(
      DiscoveryAnswerSchema.shape.servers.element.extend({
        may_be: z
          .array(
            z.object({
              server_id: text('Stable id'),
              server_name: text('Name for people'),
              same: count(
                'Downloads that the Arr handed to it in the last 14 days and that are on this server',
              ),
              of: count('Such downloads that are on any of these servers; 0 = not known'),
            }),
          )
          .describe(
            'Servers that you see and that it may be by another address, those with most of its downloads first; empty = it is none of them, or known',
          ),
      }),
    ),
    list: DiscoveryAnswerSchema.shape.list,
    path_mappings: z.array(
      z.object({
        host: text('Of the torrent server'),
        remote_path: text('As the torrent server calls it'),
        local_path: text('As the Arr calls it'),
      }),
    ),
    root_folders: z.array(
      z.object({
        path: text('As the Arr calls it'),
        accessible: flag('The Arr reaches it'),
        free_space: bytes('Free there; null = it did not say').nullable(),
      }),
    ),
    profiles: z.array(
      z.object({
        id: count('In the Arr'),
        name: text('Name'),
        upgrade_allowed: flag('It looks for better ones'),
        min_score: count('Least custom format score'),
        cutoff_score: count('Score at which it is content'),
      }),
    ),
    request_managers: z.array(
      z.object({
        kind: z.enum(['overseerr', 'ombi']),
        name: text('As the Arr calls it'),
        origin: text("Where it is; '' = not said"),
      }),
    ),
    findings: z.array(FindingSchema).describe('Settings of the Arr that will hurt'),
    fixed: z
      .array(
        z.object({
          code: text('Of the finding'),
          about: text("The client, indexer or folder it is about; '' = the Arr"),
          sentence: text('What it meant before'),
          at: at('It was fixed'),
        }),
      )
      .describe('Of an Arr that is here: what was fixed from here, is so still, and can be put back'),
  })
  .meta({id: 'ArrDiscoveryAnswer'})
