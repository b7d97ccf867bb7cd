"""What visitors read besides pictures: pages, feeds, badge, data; pure."""
