/** Trackers as they travel: what is seen of each, and what people say of them. */
import {z} from 'zod'
import {profileLimits} from '#registry/trackers/draft.ts'
import {PreviewQuery, wholeParameter} from './parameters.ts'
import {bytes, bytesPerSecond, count, passingField, readOnlyField, seconds, share, text} from './units.ts'

const {ratio, seconds: times, grace, rate, priority, phrase} = profileLimits

const hosts = z
  .array(z.string().min(1).max(profileLimits.host))
  .max(profileLimits.hosts)
  .describe('Hosts; of an announce address its host is kept. A domain stands for all hosts in it')
const servers = z
  .array(z.string().min(1).max(200))
  .max(profileLimits.servers)
  .nullable()
  .describe('Ids of the servers on which it counts; null = all that its owner manages')
const need = z.enum(['both', 'either']).describe('both = ratio and time, either = one of them is enough')

const fields = {
  name: z.string().max(200).describe('Name, as the list shows it and tracker: finds it'),
  colour: z.string().max(20).nullable().describe('#rrggbb; null = the page sets one'),
  hosts,
  servers,
  obligation: z
    .strictObject({
      need,
      ratio: z.number().describe(`Ratio; 0 = none is asked for, ${ratio.max} at most`),
      time: z.number().describe(`Seeding time; seconds, 0 = none is asked for, ${times.max} at most`),
      grace: z.number().default(0).describe(`Added to the time; seconds, ${grace.max} at most`),
      from_progress: z.number().default(0.1).describe('Who has downloaded less of it owes nothing; 0 to 1'),
      partial_ratio: z.number().default(1).describe('Ratio of those that are not complete'),
    })
    .nullable()
    .describe('What has to be paid before a torrent may go; null = no requirement of its own'),
  limits: z
    .strictObject({
      max_ratio: z.number().nullable().default(null).describe('Seeded enough at this ratio; null = not set'),
      max_seeding_time: z.number().nullable().default(null).describe('Seeded enough after it; seconds'),
      max_eta: z.number().nullable().default(null).describe('Slower downloads are given up; seconds'),
      down_rate: z.number().nullable().default(null).describe(`Of each torrent; bytes/s, from ${rate.min}`),
      up_rate: z.number().nullable().default(null).describe(`Of each torrent; bytes/s, from ${rate.min}`),
      priority: z
        .number()
        .int()
        .nullable()
        .default(null)
        .describe(
          `Of several trackers of a torrent the limits of the highest count; ${priority.min} to ${priority.max}`,
        ),
      super_seed: z.boolean().default(false).describe('Complete torrents seed in super seeding mode'),
      tags: z.array(z.string().max(200)).max(100).default([]).describe('Added to its torrents'),
    })
    .describe('As keys of Trackers in config.toml; they act where rules of the configuration or an Arr do'),
  phrases: z
    .strictObject({
      unregistered: z
        .array(z.string().max(1_000))
        .max(100)
        .default([])
        .describe('It does not know the torrent'),
      ignored: z.array(z.string().max(1_000)).max(100).default([]).describe('Says nothing about the torrent'),
    })
    .describe(
      `Words of its messages, whole words in a row, from ${phrase.min} letters on; before all usual ones`,
    ),
}

const usual = {
  colour: fields.colour.default(null),
  servers: fields.servers.default(null),
  obligation: fields.obligation.default(null),
  limits: fields.limits.prefault({}),
  phrases: fields.phrases.prefault({}),
}

export const NewTrackerProfile = z
  .strictObject({...fields, ...usual})
  .meta({id: 'NewTrackerProfile', description: 'What a person says of a tracker.'})

const readOnlyOfProfiles = {
  id: readOnlyField,
  owner: readOnlyField,
  origin: readOnlyField,
  source: readOnlyField,
  may: passingField,
  seen_hosts: passingField,
}
export {readOnlyOfProfiles}

export const TrackerProfileChange = z
  .strictObject(fields)
  .partial()
  .extend({
    revision: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe('That the change is of: another one there now is changed_meanwhile; absent = any'),
    ...readOnlyOfProfiles,
  })
  .meta({id: 'TrackerProfileChange', description: 'What is left out stays.'})

export const TrackerProfileSchema = z
  .object({
    id: text('Stable id; of a row of the file its place there'),
    revision: count('Another one after each change'),
    origin: z.enum(['user', 'file']).describe('file = a row of config.toml, changed there'),
    owner: z
      .object({id: text('Id of the owner'), name: text("Name; '' = the user was removed")})
      .nullable()
      .describe('null = of the file, or of a user without an account'),
    may: z.enum(['edit', 'view']).describe('edit = you may change and remove it'),
    source: z
      .object({path: text('Where it stands in the file'), line: count('Its line').nullable()})
      .nullable()
      .describe('Of a row of the file, for administrators; else null'),
    name: text('Name'),
    colour: text('#rrggbb; null = the page sets one').nullable(),
    hosts: z
      .array(z.string())
      .describe('Its hosts; without edit those alone that torrents in your sight have'),
    seen_hosts: z.array(z.string()).describe('Hosts for which it stands, of torrents in your sight'),
    servers: z
      .array(z.string())
      .nullable()
      .describe('Where it counts, of the servers that you see; null = on all that its owner manages'),
    obligation: z
      .object({
        need,
        ratio: count('Ratio; 0 = none is asked for'),
        time: seconds('Seeding time, 0 = none is asked for'),
        grace: seconds('Added to the time'),
        from_progress: share('Who has downloaded less of it owes nothing'),
        partial_ratio: count('Ratio of those that are not complete'),
      })
      .nullable(),
    limits: z.object({
      max_ratio: count('Seeded enough at this ratio').nullable(),
      max_seeding_time: seconds('Seeded enough after it').nullable(),
      max_eta: seconds('Slower downloads are given up').nullable(),
      down_rate: bytesPerSecond('Of each torrent').nullable(),
      up_rate: bytesPerSecond('Of each torrent').nullable(),
      priority: count('Of several trackers the limits of the highest count').nullable(),
      super_seed: z.boolean().describe('Complete torrents seed in super seeding mode'),
      tags: z.array(z.string()).describe('Added to its torrents'),
    }),
    phrases: z.object({
      unregistered: z.array(z.string()).describe('It does not know the torrent'),
      ignored: z.array(z.string()).describe('Says nothing about the torrent'),
    }),
  })
  .meta({id: 'TrackerProfile', description: 'What a person, or a row of config.toml, says of a tracker.'})

export const OwingChangeSchema = z
  .object({
    stops_owing: count('Torrents that owe seeding now and would owe none: rules may remove them then'),
    bytes_that_stop: bytes('What those have'),
    starts_owing: count('Torrents that would owe seeding and owe none now'),
  })
  .meta({id: 'OwingChange', description: 'What a change of a profile means for torrents that are here now.'})

export const ProfileChanged = z.object({
  profile: TrackerProfileSchema.nullable().describe('As it is, or would be; null = it is removed'),
  effect: OwingChangeSchema,
})

export const ProfileParams = z.strictObject({
  id: z
    .string()
    .regex(/^t_[0-9a-f]{16}$/, 'the id of a profile, as GET /api/tracker-profiles lists it')
    .describe('Id of the profile'),
})

const frees = wholeParameter(0, 1e9)
  .default(0)
  .describe('So many torrents may stop owing seeding by it; of more it is owing_would_end')

export const ProfileHow = PreviewQuery.extend({frees})
export const ProfileRemoval = ProfileHow.extend({
  revision: wholeParameter(1, 1e9).optional().describe('That you know of; absent = any'),
})

/** A list that was exported, or written by hand. */
export const ProfileImport = z
  .strictObject({
    profiles: z
      .array(
        z.looseObject({}).describe('As NewTrackerProfile; what GET /api/tracker-profiles returns will do'),
      )
      .min(1)
      .max(500),
  })
  .meta({id: 'TrackerProfileImport'})

export const ProfileImported = z.object({
  entries: z.array(
    z.object({
      name: text("Name in the list; '' = it has none"),
      outcome: z.enum(['added', 'changed', 'same', 'skipped']).describe('skipped: see problem'),
      problem: text('Why it was skipped; null = it was not').nullable(),
      effect: OwingChangeSchema,
    }),
  ),
})

export const SeenTrackerSchema = z
  .object({
    key: text('Names it in GET /api/trackers/leaving: a profile, or a domain'),
    profile_id: text('The profile that it has; null = none').nullable(),
    name: text("Name of its profile, else its domain; '' = torrents without a tracker"),
    colour: text('#rrggbb; null = the page sets one').nullable(),
    hosts: z.array(z.string()).describe('Those that torrents in your sight have'),
    servers: z
      .array(z.string())
      .nullable()
      .describe('Ids of the servers where they are this tracker; null = they are it on all that you see'),
    asks: z.boolean().describe('A profile, or a row of config.toml, asks for seeding'),
    torrents: count('Torrents that have it'),
    private: count('Private ones of those'),
    size: bytes('What is wanted of them'),
    uploaded: bytes('By them, in all, as far as known'),
    downloaded: bytes('By them, in all, as far as known'),
    ratio: count('Of both; null = nothing was downloaded').nullable(),
    owing: count('Torrents that still owe seeding'),
    failing: count('Torrents of which a tracker has an error'),
    only: count(
      'Torrents that have no other tracker, as far as their trackers are known (only_tracker: finds them); what other torrents do with their data is not looked at',
    ),
    only_size: bytes('What is wanted of those'),
  })
  .meta({id: 'SeenTracker', description: 'A tracker that torrents in your sight have.'})

export const LeavingQuery = z.strictObject({
  tracker: z.string().min(1).max(300).describe('key of GET /api/trackers'),
})

const tally = {torrents: count('Torrents'), size: bytes('What is wanted of them')}

export const LeavingSchema = z
  .object({
    name: text('Name of the tracker'),
    lost: z.object(tally).describe('Only this tracker has them, and no other torrent uses their data'),
    owing: count('Of those so many still owe seeding'),
    only: z
      .object(tally)
      .describe('Torrents that have no other tracker, cross-seeded or not: exactly what only_tracker: finds'),
    shared: z.object(tally).describe('Their data is that of a torrent on another tracker, too'),
    unknown: z
      .object({
        ...tally,
        reason: text(
          'Why it is not known of the first; null = there is none, or you may only view its server',
        ).nullable(),
      })
      .describe('Who else uses their data, or which trackers they have, is not known'),
    tags: z
      .array(z.object({tag: text("'' = without a tag"), ...tally}))
      .describe('Those that would be lost by their tags; with several they count for each'),
    largest: z
      .array(
        z.object({
          server_id: text('Its server'),
          info_hash: text('Its hash'),
          name: text('As its server calls it'),
          size: bytes('What is wanted of it'),
        }),
      )
      .describe('The 500 largest of those that would be lost'),
  })
  .meta({id: 'LeavingTracker', description: 'What there would be no more source for without this tracker.'})
