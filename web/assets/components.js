// Those of govuk-frontend's components that pages have, brought to life once each.
const COMPONENTS = [Button, ErrorSummary, NotificationBanner, ServiceNavigation, SkipLink];

function initAll({ scope = document } = {}) {
  if (!isSupported()) return;
  for (const Made of COMPONENTS) {
    const name = Made.moduleName;
    scope.querySelectorAll(`[data-module="${name}"]:not([data-${name}-init])`).forEach((each) => new Made(each));
  }
}
