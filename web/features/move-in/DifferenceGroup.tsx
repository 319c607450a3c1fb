import type {DifferenceWeight} from '#model/qbitrr-migration.ts'
import type {Difference} from '../../api/move-in.ts'
import {text} from '../../i18n/text.ts'

/** More would be read by nobody: eight Arrs have the same keys. */
const MOST_PLACES = 6

/** Differences of one kind, the sentence that counts first. */
export function DifferenceGroup({
  weight,
  differences,
}: {
  weight: DifferenceWeight
  differences: readonly Difference[]
}) {
  if (differences.length === 0) return null
  const title = `move-in-${weight}`
  return (
    <section aria-labelledby={title}>
      <h2 id={title} className="text-16/tight font-bold tracking-[-.01em]">
        {text(`move-in.weight.${weight}`)}
      </h2>
      <p className="mt-0.5 mb-2.5 text-text-2">{text(`move-in.weight.${weight}.text`)}</p>
      <ul className="overflow-hidden rounded-l border border-line-strong bg-surface">
        {differences.map((difference) => (
          <Item key={difference.id} difference={difference} />
        ))}
      </ul>
    </section>
  )
}

function Item({difference: {now, before, why, change, places}}: {difference: Difference}) {
  return (
    <li className="grid gap-1.5 border-t border-line px-4 py-3 first:border-0 max-phone:px-3.5">
      <p className="font-medium text-pretty">{now}</p>
      <p className="text-pretty text-text-2">
        <span className="text-text-3">{text('move-in.before')}:</span> {before}
      </p>
      <Places places={places} />
      <details className="text-text-2">
        <summary className="w-fit cursor-pointer rounded-s py-0.5 text-accent-strong focus-visible:shadow-focus pointer-coarse:py-2.5">
          {text('move-in.more')}
        </summary>
        <dl className="mt-1 grid gap-1.5 pl-4">
          {[
            {label: text('move-in.why'), words: why},
            {label: text('move-in.change'), words: change},
          ].map(({label, words}) => (
            <div key={label}>
              <dt className="text-12 text-text-3">{label}</dt>
              <dd className="text-pretty text-text">{words}</dd>
            </div>
          ))}
        </dl>
      </details>
    </li>
  )
}

function Places({places}: Pick<Difference, 'places'>) {
  if (places.length === 0) return null
  const shown = places.slice(0, MOST_PLACES)
  return (
    <ul aria-label={text('move-in.places')} className="grid gap-0.5">
      {shown.map((place) => (
        <li key={place.variable ?? place.key} className="flex flex-wrap items-baseline gap-x-2 text-12">
          <code className="mono wrap-anywhere">
            {place.key} = {place.value}
          </code>
          <span className="text-text-3">{whereOf(place)}</span>
        </li>
      ))}
      {places.length > shown.length && (
        <li className="text-12 text-text-3">
          {text('move-in.places.more', {count: places.length - shown.length})}
        </li>
      )}
    </ul>
  )
}

function whereOf({line, variable}: Difference['places'][number]): string {
  if (variable !== null) return variable
  return line === null ? text('move-in.absent') : text('move-in.line', {line})
}
