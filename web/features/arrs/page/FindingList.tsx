import {useMutation} from '@tanstack/react-query'
import {CircleCheck, CircleX, Info, TriangleAlert} from 'lucide-react'
import {fixFinding, type ArrFinding} from '../../../api/arrs.ts'
import {text} from '../../../i18n/text.ts'
import {announce} from '../../../ui/announce.ts'
import {Button} from '../../../ui/Button.tsx'
import {Icon} from '../../../ui/Icon.tsx'

/**
 * Settings of an Arr that will hurt, the worst first, each with what puts it right.
 * @param id of the Arr; `null` = it is not added yet, so that nothing can be put right in it
 */
export function FindingList({id, findings}: {id: string | null; findings: readonly ArrFinding[]}) {
  if (findings.length === 0) {
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
          <FindingRow key={`${finding.code} ${finding.about}`} id={id} finding={finding} />
        ))}
      </ul>
      {id === null && findings.some(({fixable}) => fixable) && (
        <p className="px-3 pb-2 text-12 text-text-3">{text('arr.doctor.later')}</p>
      )}
    </>
  )
}

function FindingRow({id, finding}: {id: string | null; finding: ArrFinding}) {
  const {severity, sentence, about, fixable} = finding
  const {icon, ink, word} = severities[severity]
  const fixing = useMutation({
    mutationFn: () => fixFinding(id!, finding),
    onSuccess: () => announce(text('arr.doctor.fixed')),
  })
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
            aria-label={text('arr.doctor.fix-what', {
              what: about === '' ? sentence : `${about}: ${sentence}`,
            })}
          >
            {text('arr.doctor.fix')}
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
