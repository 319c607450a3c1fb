import {Trash2} from 'lucide-react'
import {useState} from 'react'
import {actOnOrphans, type Orphan, type OrphanResults} from '../../api/orphans.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {Checkbox} from '../../ui/Checkbox.tsx'
import {ConfirmDialog} from '../../ui/ConfirmDialog.tsx'
import {exactTime} from '../../ui/format-time.ts'
import {bytes, written} from '../../ui/format.ts'

/** As the API takes them. */
const MOST_AT_ONCE = 100
const MOST_DELETED = 10

/** Those that were found, to be chosen from. */
export function OrphanTable({
  orphans,
  leftOff,
  now,
}: {
  orphans: readonly Orphan[]
  leftOff: number
  now: number
}) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const [asked, setAsked] = useState<OrphanVerb | null>(null)
  // What went, or changed, is in no list any more.
  const chosen = orphans.filter(({id}) => ids.has(id))
  const isAll = chosen.length === orphans.length ? true : chosen.length > 0 ? 'mixed' : false
  const toggle = (id: string, isOn: boolean) =>
    setIds(new Set(isOn ? [...ids, id] : [...ids].filter((it) => it !== id)))
  return (
    <Card isPadded={false}>
      <div className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2 max-phone:px-3.5">
        <Checkbox
          checked={isAll}
          label={chosen.length === 0 ? text('orphans.all') : chosenWords(chosen)}
          onChange={(isOn) => setIds(new Set(isOn ? orphans.map(({id}) => id) : []))}
        />
        {chosen.length > 0 && (
          <span className="ml-auto flex flex-wrap gap-2">
            <Button
              icon={Trash2}
              disabledReason={chosen.length > MOST_AT_ONCE ? text('orphans.too-many') : undefined}
              onClick={() => setAsked('recycle')}
            >
              {text('orphans.recycle')}
            </Button>
            <Button
              variant="danger"
              disabledReason={whyNotDeleted(chosen, now)}
              onClick={() => setAsked('delete')}
            >
              {text('orphans.delete')}
            </Button>
          </span>
        )}
      </div>
      <ul className="divide-y divide-line">
        {orphans.map((orphan) => (
          <li key={orphan.id} className="flex items-start gap-3 px-4 py-2.5 max-phone:px-3.5">
            <Checkbox
              hideLabel
              checked={ids.has(orphan.id)}
              label={text('orphans.choose', {path: orphan.path})}
              onChange={(isOn) => toggle(orphan.id, isOn)}
            />
            <span className="grid min-w-0 gap-0.5">
              <span className="font-medium wrap-anywhere">{orphan.path}</span>
              <span className="num text-12 wrap-anywhere text-text-2">{aboutWords(orphan, now)}</span>
            </span>
          </li>
        ))}
      </ul>
      {leftOff > 0 && (
        <p className="px-4 py-2.5 text-12 text-text-2">{text('orphans.left-off', {count: leftOff})}</p>
      )}
      {asked && <OrphanDialog verb={asked} chosen={chosen} onClose={() => setAsked(null)} />}
    </Card>
  )
}

function chosenWords(chosen: readonly Orphan[]): string {
  const size = chosen.reduce((sum, {bytes: its}) => sum + its, 0)
  return text('orphans.chosen', {count: chosen.length, size: written(bytes(size))})
}

function whyNotDeleted(chosen: readonly Orphan[], now: number): string | undefined {
  if (chosen.length > MOST_DELETED) return text('orphans.delete.few')
  const last = Math.max(...chosen.map(({deletable_at: at}) => at))
  return last > now ? text('orphans.delete.soon', {when: exactTime(last, now)}) : undefined
}

function aboutWords({files, bytes: size, changed_at: changedAt, seen_since: since}: Orphan, now: number) {
  return [
    written(bytes(size)),
    text('orphans.files', {count: files}),
    text('orphans.changed', {when: exactTime(changedAt, now)}),
    text('orphans.seen', {when: exactTime(since, now)}),
  ].join(' · ')
}

type OrphanVerb = 'recycle' | 'delete'

/** What goes, how much it is, and whether it comes back. What stays is told when the others went. */
function OrphanDialog({
  verb,
  chosen,
  onClose,
}: {
  verb: OrphanVerb
  chosen: readonly Orphan[]
  onClose: () => void
}) {
  // The list behind it goes on changing.
  const [those] = useState(chosen)
  const files = those.reduce((sum, {files: its}) => sum + its, 0)
  const size = those.reduce((sum, {bytes: its}) => sum + its, 0)
  return (
    <ConfirmDialog
      title={text(`orphans.${verb}.title`, {count: those.length})}
      says={text(`orphans.${verb}.says`, {
        files: text('orphans.files', {count: files}),
        size: written(bytes(size)),
      })}
      verb={text(`orphans.${verb}`)}
      work={async () => tell(await actOnOrphans(verb, those))}
      onClose={onClose}
    />
  )
}

function tell({results}: OrphanResults): void {
  const refused = results.filter(({outcome}) => outcome === 'refused')
  const begun = results.length - refused.length
  if (begun > 0) toast({text: text('orphans.begun', {count: begun})})
  const [first] = refused
  if (!first) return
  const line = text('orphans.refused.line', {path: first.path, why: first.message ?? ''})
  toast({text: `${text('orphans.refused', {count: refused.length})}. ${line}`})
}
