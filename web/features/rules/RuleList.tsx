import {Link} from '@tanstack/react-router'
import {Hand} from 'lucide-react'
import type {Rule} from '../../api/rules.ts'
import {useSession} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {Icon} from '../../ui/Icon.tsx'
import {joined} from '../../ui/joined.ts'
import {deedWords, guardWords} from '../explain/action-words.ts'

/** All rules that he sees: his own, those of others, those of the configuration. */
export function RuleList({rules, shown}: {rules: readonly Rule[]; shown: string | undefined}) {
  const me = useSession().visitor?.user_id ?? null
  return groupsOf(rules, me).map(({title, note, rules: its, nameOf}) => (
    <section key={title} aria-label={title}>
      <h2 className="flex justify-between gap-2 px-2 pt-3 pb-1 text-11 font-bold text-text-3">
        {title}
        {note && <span className="font-normal">{note}</span>}
      </h2>
      <ul>
        {its.map((rule) => (
          <RuleLine key={rule.id} rule={rule} name={nameOf(rule)} isShown={rule.id === shown} />
        ))}
      </ul>
    </section>
  ))
}

const modeColours: Readonly<Record<Rule['mode'], string>> = {
  off: 'text-text-3',
  simulate: 'text-st-checking',
  ask: 'text-accent',
  live: 'text-st-seeding',
}

function RuleLine({rule, name, isShown}: {rule: Rule; name: string; isShown: boolean}) {
  const {id, actions, suspended} = rule
  return (
    <li>
      <Link
        to="/rules"
        search={{rule: id}}
        aria-current={isShown ? 'page' : undefined}
        className={joined(
          'grid grid-cols-[minmax(0,1fr)_auto] gap-x-2 rounded-m px-2 py-1.5 hover:bg-press focus-visible:shadow-focus-in pointer-coarse:min-h-11',
          isShown && 'bg-accent-soft',
        )}
      >
        <span className="truncate font-medium">{name}</span>
        <ModeWord rule={rule} />
        <span className="col-span-full truncate text-12 text-text-3">
          {suspended ? guardWords(suspended.reason) : actions.map(deedWords).join(', ')}
        </span>
      </Link>
    </li>
  )
}

function ModeWord({rule: {mode, suspended}}: {rule: Rule}) {
  if (suspended) {
    return (
      <span className="flex items-center gap-1 text-12 font-bold text-st-stalled">
        <Icon icon={Hand} size={14} />
        {text('rules.suspended')}
      </span>
    )
  }
  return <span className={`text-12 font-medium ${modeColours[mode]}`}>{text(`rules.mode.${mode}`)}</span>
}

interface Group {
  readonly title: string
  readonly note: string
  readonly rules: readonly Rule[]
  /** Below the title that it stands under. */
  readonly nameOf: (rule: Rule) => string
}

function groupsOf(rules: readonly Rule[], me: string | null): readonly Group[] {
  const presets = rules.filter(({origin}) => origin === 'preset')
  const written = rules.filter(({origin}) => origin === 'user')
  const isMine = ({owner}: Rule) => owner === null || owner.id === me
  const others = Map.groupBy(
    written.filter((it) => !isMine(it)),
    ({owner}) => owner?.name ?? '',
  )
  const sections = Map.groupBy(presets, ({name}) => partsOf(name)[0])
  const whole = {note: '', nameOf: ({name}: Rule) => name}
  const groups = [
    {...whole, title: text('rules.yours'), rules: written.filter(isMine)},
    ...[...others].map(([name, its]) => ({...whole, title: text('rules.of', {name}), rules: its})),
    ...[...sections].map(([title, its]) => ({
      title,
      note: text('rules.built-in'),
      rules: its,
      nameOf: ({name}: Rule) => partsOf(name)[1],
    })),
  ]
  return groups.filter((it) => it.rules.length > 0)
}

/** "Radarr-4K: stalled": the section that a preset is of, and what it is called there. */
function partsOf(name: string): readonly [section: string, its: string] {
  const end = name.indexOf(': ')
  return end < 0 ? ['', name] : [name.slice(0, end), name.slice(end + 2)]
}
