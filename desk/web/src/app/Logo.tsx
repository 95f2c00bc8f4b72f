/** The mark: one line that goes on from one place to another. */
export function Logo({ large = false }: { large?: boolean }) {
  const size = large ? 44 : 26;
  return (
    <span className={large ? "logo logo-large" : "logo"}>
      <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="#0b6e63" />
        <path d="M7 20c5 0 5-8 9-8s4 8 9 8" fill="none" stroke="#fff" strokeWidth="3.2" strokeLinecap="round" />
        <circle cx="7" cy="20" r="2.6" fill="#fff" />
        <circle cx="25" cy="20" r="2.6" fill="#ffd166" />
      </svg>
      <strong>Segue</strong>
    </span>
  );
}
