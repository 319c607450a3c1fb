import type {Arr} from '../../../api/arrs.ts'
import {text} from '../../../i18n/text.ts'
import {Card} from '../../../ui/Card.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {severities, worstFirst, type Severity} from '../severity.ts'

type Check = NonNullable<NonNullable<Arr['manager']>['checks']>[number]

/** What an Arr's own health checks found, in its own words, and what is left alone meanwhile; nothing while all is well. */
export function ChecksCard({arr: {manager}}: {arr: Arr}) {
  const checks = manager?.checks ?? []
  if (checks.length === 0) return null
  return (
    <Card title={text('arr.checks')} isPadded={false}>
      <ul className="py-1.5">
        {worstFirst(checks, severityOf).map((check) => (
          <CheckRow key={`${check.source} ${check.message}`} check={check} />
        ))}
      </ul>
    </Card>
  )
}

function CheckRow({check}: {check: Check}) {
  const {source, message, wiki_url: wiki, holds} = check
  const {icon, ink, word} = severities[severityOf(check)]
  return (
    <li className="grid grid-cols-[20px_minmax(0,1fr)] gap-x-2 px-3 py-1">
      <Icon icon={icon} className={`mt-1.5 ${ink}`} />
      <span className="min-w-0 py-1 text-pretty wrap-anywhere">
        <span className="sr-only">{text(word)} </span>
        {message === '' ? source : message}
        {wiki !== '' && (
          <>
            {' '}
            <a
              href={wiki}
              target="_blank"
              rel="noopener noreferrer"
              className={textLinkClass}
              aria-label={text('arr.checks.wiki-of', {check: source})}
            >
              {text('arr.checks.wiki')}
            </a>
          </>
        )}
        {/* The words of an Arr may end without a stop. */}
        {holds !== null && <b className="block font-medium">{text(`arr.checks.${holds}`)}</b>}
      </span>
    </li>
  )
}

/** A newer Arr may have levels that nobody knows here. */
function severityOf({level}: Check): Severity {
  return level === 'error' || level === 'warning' ? level : 'notice'
}
