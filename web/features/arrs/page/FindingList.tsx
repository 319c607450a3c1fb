import {useMutation} from '@tanstack/react-query'
import {CircleCheck, CircleX, Info, TriangleAlert} from 'lucide-react'
import {fixFinding, undoFix, type ArrFinding} from '../../../api/arrs.ts'
import {usePreference} from '../../../api/preferences.ts'
import {text} from '../../../i18n/text.ts'
import {toast, UNDO_MS} from '../../../lib/toast.ts'
import {serverNow} from '../../../live/clock.ts'
import {announce} from '../../../ui/announce.ts'
import {Button} from '../../../ui/Button.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'

/**
 * Settings of an Arr that will hurt, the worst first, each with what puts it right.
 * @param id of the Arr; `null` = it is not added yet, so that nothing can be put right in it
 */
export function FindingList({id, findings: all}: {id: string | null; findings: readonly ArrFinding[]}) {
  const {isIgnored, ignore, restore} = useIgnored(id)
  const findings = all.filter((it) => !isIgnored(it))
  const hidden = all.length - findings.length
  if (all.length === 0) {
    return (
      <p className="flex items-center gap-2 px-3 pt-1 pb-2.5">
        <Icon icon={CircleCheck} className="text-st-seeding" />
        {text('arr.doctor.well')}
      </p>
    )
  }
  return (
    <>
      <ul>
        {worstFirst(findings, ({severity}) => severity).map((finding) => (
          <FindingRow
            key={`${finding.code} ${finding.about}`}
            id={id}
            finding={finding}
            onIgnore={id === null ? undefined : () => ignore(finding)}
          />
        ))}
      </ul>
      {hidden > 0 && (
        <p className="flex flex-wrap gap-x-2 px-3 pt-1 pb-2 text-12 text-text-3">
          {text('arr.doctor.ignored', {count: hidden})}
          <TextButton onClick={restore}>{text('arr.doctor.restore')}</TextButton>
        </p>
      )}
      {id === null && findings.some(({fixable}) => fixable) && (
        <p className="px-3 pb-2 text-12 text-text-3">{text('arr.doctor.later')}</p>
      )}
    </>
  )
}

/** Findings that whoever looks at them does not want to see again, as long as they are the same. */
export function useIgnored(id: string | null) {
  const [all, keep] = usePreference('arrs.ignored')
  const ignored = (id === null ? undefined : all[id]) ?? []
  const keyOf = ({code, about}: ArrFinding) => `${code} ${about}`
  return {
    isIgnored: (finding: ArrFinding) => ignored.includes(keyOf(finding)),
    ignore: (finding: ArrFinding) => {
      if (id !== null) keep({...all, [id]: [...ignored, keyOf(finding)]})
    },
    restore: () => {
      if (id !== null) keep(Object.fromEntries(Object.entries(all).filter(([other]) => other !== id)))
    },
  }
}

function FindingRow({
  id,
  finding,
  onIgnore,
}: {
  id: string | null
  finding: ArrFinding
  onIgnore: (() => void) | undefined
}) {
  const {severity, sentence, about, fixable} = finding
  const {icon, ink, word} = severities[severity]
  const fixing = useMutation({
    mutationFn: () => fixFinding(id!, finding),
    onSuccess: (fixed) => {
      announce(text('arr.doctor.fixed'))
      const undo = async () => {
        try {
          for (const one of fixed) await undoFix(id!, one)
        } catch (cause) {
          toast({text: text('arr.doctor.not-undone', {why: (cause as Error).message}), tone: 'bad'})
        }
      }
      toast({text: text('arr.doctor.fixed'), undo: {until: serverNow() + UNDO_MS, run: () => void undo()}})
    },
  })
  const what = about === '' ? sentence : `${about}: ${sentence}`
  return (
    <li className="grid grid-cols-[20px_minmax(0,1fr)] gap-x-2 gap-y-1 px-3 py-1">
      <Icon icon={icon} className={`mt-1.5 ${ink}`} />
      <span className="flex min-w-0 flex-wrap items-start justify-between gap-x-3 gap-y-1.5">
        <span className="min-w-0 flex-[1_1_220px] py-1 text-pretty wrap-anywhere">
          <span className="sr-only">{text(word)} </span>
          {about !== '' && <b className="font-medium">{about}: </b>}
          {sentence}
        </span>
        {fixable && id !== null && (
          <Button
            onClick={() => fixing.mutate()}
            waitsFor={fixing.isPending ? text('arr.doctor.fixing') : undefined}
            aria-label={text('arr.doctor.fix-what', {what})}
          >
            {text('arr.doctor.fix')}
          </Button>
        )}
        {onIgnore !== undefined && (
          <Button variant="ghost" onClick={onIgnore} aria-label={text('arr.doctor.ignore-what', {what})}>
            {text('arr.doctor.ignore')}
          </Button>
        )}
      </span>
      {fixing.error && (
        <output className="block col-start-2 text-12 text-pretty text-st-error wrap-anywhere">
          {fixing.error.message}
        </output>
      )}
    </li>
  )
}

/** How grave something of an Arr is, as a shape, a colour and a word; the worst first. */
export const severities = {
  error: {icon: CircleX, ink: 'text-st-error', word: 'arr.doctor.error'},
  warning: {icon: TriangleAlert, ink: 'text-st-stalled', word: 'arr.doctor.warning'},
  notice: {icon: Info, ink: 'text-text-3', word: 'arr.doctor.notice'},
} as const

export type Severity = keyof typeof severities

/** @returns another list, the worst first; equal ones stay as they were */
export function worstFirst<T>(list: readonly T[], severityOf: (it: T) => Severity): T[] {
  const order = Object.keys(severities)
  return list.toSorted((a, b) => order.indexOf(severityOf(a)) - order.indexOf(severityOf(b)))
}
