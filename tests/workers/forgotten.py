"""A worker whose brokers forget transactional ids within seconds, not a week.

`faust -A tests.workers.forgotten worker`
"""

from streams.factory import create_app
from streams.kafka.delivery import lane
from streams.settings.load import load_settings

lane.RENEW_AFTER_S = 3.0
app = create_app(load_settings())
