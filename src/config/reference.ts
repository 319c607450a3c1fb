/** The reference of all keys, as Markdown, from the schema itself: `docs/reference/configuration.md` cannot fall behind it. */
import {clientKinds, serverKinds} from '#clients/kinds/kinds.ts'
import {variableOf} from './environment.ts'
import type {Field, Rows, Shape, Table} from './schema/fields.ts'
import {settingsShape, webuiShape} from './schema/schema.ts'
import {arrShape} from './schema/schema-arrs.ts'
import {prowlarrShape} from './schema/schema-prowlarr.ts'
import {ruleKeys, serverShapes} from './schema/schema-servers.ts'

interface Chapter {
  readonly title: string
  readonly shape: Shape
  /** The section whose keys have variables of their own; `null` = only the general form. */
  readonly variables: string | null
}

const rules = Object.fromEntries(ruleKeys.map((key) => [key, serverShapes.qbittorrent[key]])) as Shape

const chapters: readonly Chapter[] = [
  {title: '`[Settings]`', shape: settingsShape, variables: 'Settings'},
  {title: '`[WebUI]`', shape: webuiShape, variables: 'WebUI'},
  ...serverKinds.map((kind) => {
    const {prefix, isInherited = false} = clientKinds[kind].section
    return {
      title: isInherited ? `\`[${prefix}]\` and \`[${prefix}-NAME]\`` : `\`[${prefix}-NAME]\``,
      shape: withoutRules(serverShapes[kind]),
      variables: isInherited ? prefix : null,
    }
  }),
  {title: 'Rules in any section of a server', shape: rules, variables: null},
  {
    title: '`[Radarr-NAME]`, `[Sonarr-NAME]`, `[Lidarr-NAME]`, `[Readarr-NAME]`, `[Whisparr-NAME]`',
    shape: arrShape,
    variables: null,
  },
  {title: '`[Prowlarr-NAME]`', shape: prowlarrShape, variables: null},
]

/** Chapters of level 3, one table each, sub-tables as tables of their own. */
export function renderReference(): string {
  return chapters
    .map(({title, shape, variables}) => `### ${title}\n\n${renderShape(shape, '', variables)}`)
    .join('\n\n')
}

function withoutRules(shape: Shape): Shape {
  const own = Object.entries(shape).filter(([key]) => !(ruleKeys as readonly string[]).includes(key))
  return Object.fromEntries(own)
}

/** @param prefix of the keys, such as `Torrent.` */
function renderShape(shape: Shape, prefix: string, section: string | null): string {
  const entries = Object.entries(shape)
  const fields = entries.flatMap(([key, node]) =>
    node.node === 'field' ? [renderField(prefix + key, node, section)] : [],
  )
  const head = section === null ? '| Key | Default | Meaning |' : '| Key | Variable | Default | Meaning |'
  const rule = head.replace(/[^|]+/g, ' --- ')
  const inner = entries.flatMap(([key, node]) =>
    node.node === 'field' ? [] : [renderInner(prefix + key, node, section)],
  )
  return [[head, rule, ...fields].join('\n'), ...inner].join('\n\n')
}

function renderInner(path: string, node: Table<Shape> | Rows<Shape>, section: string | null): string {
  const isRows = node.node === 'rows'
  const title = `\`${path}\`${isRows ? ' (any number of them, `[[…]]`)' : ''}: ${node.means}`
  return `${title}\n\n${renderShape(node.shape, isRows ? '' : `${path}.`, isRows ? null : section)}`
}

function renderField(path: string, field: Field<unknown>, section: string | null): string {
  const inFile = field.inFile === null ? '' : ` (qBitrr writes ${code(field.inFile)})`
  const variable = section === null ? [] : [`\`${variableOf([section, ...path.split('.')])}\``]
  return `| ${[`\`${path}\``, ...variable, code(field.absentText) + inFile, meaningOf(field)].join(' | ')} |`
}

/** With its unit, or the words that it takes. */
function meaningOf({type, means, accepted, acts}: Field<unknown>): string {
  const whole = acts ? means : `${means} No effect.`
  if (type === 'minutes' || type === 'seconds') return `${whole} (${type})`
  return type === 'word' ? `${whole} Accepted: ${accepted}.` : whole
}

/** Values as code; what only describes a value as it is. */
function code(written: string): string {
  return /^[–a-z]/.test(written) && !/^(true|false)$/.test(written)
    ? written
    : /^\d+ \(/.test(written)
      ? written
      : `\`${written}\``
}
